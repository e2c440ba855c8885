import Foundation
import SystemPackage

/// Runs another program to its end and keeps what it said.
package struct Subprocess: Sendable {
    package let status: Int32
    package let output: [UInt8]
    package let errors: [UInt8]

    package var text: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errors, as: UTF8.self) }

    /// The program's path is absolute; `input` is what it reads on standard input.
    package static func run(
        _ program: String,
        _ arguments: [String],
        input: [UInt8] = [],
        directory: String? = nil
    ) throws -> Subprocess {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        let scratch = try ScratchDirectory()
        let inputFile = try scratch.write(input, to: "in")
        let outputFile = try scratch.write([], to: "out")
        let errorFile = try scratch.write([], to: "err")
        process.standardInput = FileHandle(forReadingAtPath: inputFile.string)
        process.standardOutput = FileHandle(forWritingAtPath: outputFile.string)
        process.standardError = FileHandle(forWritingAtPath: errorFile.string)
        try process.run()
        process.waitUntilExit()
        let died = process.terminationReason == .uncaughtSignal
        return Subprocess(
            status: died ? 128 + process.terminationStatus : process.terminationStatus,
            output: try ScratchDirectory.read(outputFile),
            errors: try ScratchDirectory.read(errorFile)
        )
    }
}
