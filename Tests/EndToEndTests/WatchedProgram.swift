import SpotTestSupport
import SystemPackage

/// A spot at work whose talk a test follows, phase by phase: what is no terminal is told every phase.
final class WatchedProgram: Sendable {
    private let process: RunningProcess
    private let talk: TextReader
    private let pipe: FileDescriptor

    init(_ program: ChildProcess, _ arguments: [String], in directory: FilePath) throws {
        let (readEnd, writeEnd) = try FileDescriptor.pipe()
        pipe = readEnd
        talk = TextReader(readEnd)
        defer { try? writeEnd.close() }
        let nothing = try FileDescriptor.open(FilePath("/dev/null"), .readWrite)
        defer { try? nothing.close() }
        process = try program.start(
            arguments,
            ChildProcess.Streams(input: nothing, output: nothing, talk: writeEnd),
            in: directory.string
        )
    }

    /// Reads its talk until it says so.
    @discardableResult
    func says(_ text: String) async throws -> String {
        try await talk.text(until: text, within: Computer.patience)
    }

    func signal(_ number: Int32) {
        process.signal(number)
    }

    /// Its status, and what it said that nobody has read yet.
    func end() async throws -> (status: Int32, talk: String) {
        let status = try await process.end(within: Computer.patience)
        return (status, await talk.rest())
    }

    deinit {
        try? pipe.close()
    }
}
