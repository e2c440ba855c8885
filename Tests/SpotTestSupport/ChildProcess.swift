import Foundation

/// Runs a program to its end and keeps all it says.
package struct ChildProcess: Sendable {
    /// What a program left behind.
    package struct Result: Sendable {
        /// 128 + the signal for one that was killed, as a shell says it.
        package let status: Int32
        package let outputBytes: [UInt8]
        package let talk: String

        package var output: String { String(decoding: outputBytes, as: UTF8.self) }
    }

    package let program: String
    package let environment: [String: String]

    package init(_ program: String, environment: [String: String]) {
        self.program = program
        self.environment = environment
    }

    /// Output goes through files, so that no amount of it can block the program.
    package func run(
        _ arguments: [String],
        input: [UInt8] = [],
        in directory: String? = nil
    ) throws -> Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "child-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let streams = ["in", "out", "err"].map { folder.appending(path: $0) }
        try Data(input).write(to: streams[0])
        try Data().write(to: streams[1])
        try Data().write(to: streams[2])

        let process = Process()
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        process.environment = environment
        if let directory { process.currentDirectoryURL = URL(filePath: directory) }
        process.standardInput = try FileHandle(forReadingFrom: streams[0])
        process.standardOutput = try FileHandle(forWritingTo: streams[1])
        process.standardError = try FileHandle(forWritingTo: streams[2])
        try process.run()
        process.waitUntilExit()

        let signal: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
        return Result(
            status: process.terminationStatus + signal,
            outputBytes: Array(try Data(contentsOf: streams[1])),
            talk: String(decoding: try Data(contentsOf: streams[2]), as: UTF8.self)
        )
    }
}
