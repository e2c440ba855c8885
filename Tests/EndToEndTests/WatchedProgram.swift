import SpotTestSupport
import SystemPackage

/// A spot at work whose talk a test follows, phase by phase: what is no terminal is told every phase.
final class WatchedProgram: Sendable {
    let process: RunningProcess
    /// Its standard error.
    let talk: TextReader
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

    deinit {
        try? pipe.close()
    }
}
