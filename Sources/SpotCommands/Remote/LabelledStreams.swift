import Glibc
import SpotSupport
import SpotTerminal
import SystemPackage

/// A remote command's two streams on their way to the console, line by line behind a label.
///
/// They are pipes: a slow reader here slows the command there, and not what keeps its connection alive.
struct LabelledStreams: Sendable {
    /// What stands before each line, as wide for every machine.
    let label: String
    let console: any Console
    /// Where the command's output goes; its errors always go to `.talk`.
    let output: ConsoleStream

    /// Runs `body` with the two ends to write to, and returns once all of it has been written.
    func whileOpen<Value: Sendable>(
        _ body: (_ output: FileDescriptor, _ errors: FileDescriptor) async throws -> Value
    ) async throws -> Value {
        let outputPipe = try Self.makePipe()
        let errorPipe: Pipe
        do {
            errorPipe = try Self.makePipe()
        } catch {
            outputPipe.close()
            throw error
        }
        async let outputIsOver: Void = carry(from: outputPipe.readEnd, to: output, .cyan)
        async let errorsAreOver: Void = carry(from: errorPipe.readEnd, to: .talk, .yellow)
        let result: Result<Value, any Error>
        do {
            result = .success(try await body(outputPipe.writeEnd, errorPipe.writeEnd))
        } catch {
            result = .failure(error)
        }
        try? outputPipe.writeEnd.close()
        try? errorPipe.writeEnd.close()
        _ = await (outputIsOver, errorsAreOver)
        try? outputPipe.readEnd.close()
        try? errorPipe.readEnd.close()
        return try result.get()
    }

    /// Reads to the end, also where the console takes no more: it keeps the failure itself.
    private func carry(
        from source: FileDescriptor,
        to stream: ConsoleStream,
        _ style: TextStyle
    ) async {
        let prefix = style.applied(to: "\(label) |", where: console.traits.hasColour(stream)) + " "
        await BlockingPool.run { () throws(Never) in
            var lines = PrefixedLines(prefix: prefix)
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while let count = try? unsafe chunk.withUnsafeMutableBytes({
                unsafe try source.read(into: $0)
            }), count > 0 {
                show(lines.append(chunk[..<count]), on: stream)
            }
            show(lines.finish(), on: stream)
        }
    }

    private func show(_ lines: [UInt8], on stream: ConsoleStream) {
        if !lines.isEmpty { try? console.write(lines, to: stream) }
    }

    private struct Pipe {
        let readEnd: FileDescriptor
        let writeEnd: FileDescriptor

        func close() {
            try? readEnd.close()
            try? writeEnd.close()
        }
    }

    private static func makePipe() throws(SystemCallError) -> Pipe {
        do {
            let (readEnd, writeEnd) = try FileDescriptor.pipe()
            for end in [readEnd, writeEnd] { _ = fcntl(end.rawValue, F_SETFD, FD_CLOEXEC) }
            return Pipe(readEnd: readEnd, writeEnd: writeEnd)
        } catch {
            throw SystemCallError(error as? Errno ?? .ioError, "make a pipe")
        }
    }
}
