import Foundation
import Synchronization

/// The local cloud, one for all the tests of a process.
///
/// It ends when this process ends, however that happens: its standard input is a pipe from here.
package final class Lab: Sendable {
    /// What `scripts/lab env` would set.
    package let environment: [String: String]
    private let state: String

    /// The lab of this test process, started by the first test that needs it.
    package static func shared() throws -> Lab {
        try sharedResult.get()
    }

    private static let sharedResult = Result { try Lab() }

    /// A lab that could not start.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    private init() throws {
        state = FileManager.default.temporaryDirectory.appending(path: "spot-lab-\(UUID())").path()
        let process = Process()
        process.executableURL = URL(filePath: PackageRoot.path + "/scripts/lab")
        process.arguments = ["up", "--foreground", "--port", "0", "--state", state]
        let input = Pipe()
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.standardError
        try process.run()
        Self.keptOpen.withLock { $0.append(contentsOf: [input, output]) }

        guard let line = Self.firstLine(output.fileHandleForReading),
            line.hasPrefix("READY "),
            let values = try? JSONDecoder().decode(
                [String: String].self,
                from: Data(line.dropFirst("READY ".count).utf8)
            )
        else { throw Failed(description: "scripts/lab up did not say READY") }
        environment = values
    }

    /// Runs `scripts/lab` on this lab: faults, cuts, interruptions.
    @discardableResult
    package func command(_ arguments: [String]) throws -> ChildProcess.Result {
        let result = try ChildProcess(
            PackageRoot.path + "/scripts/lab",
            environment: ProcessInfo.processInfo.environment
        ).run(arguments + ["--state", state])
        guard result.status == 0 else {
            throw Failed(
                description: "scripts/lab \(arguments.joined(separator: " ")): \(result.talk)"
            )
        }
        return result
    }

    /// The pipes whose ends tell the lab that we are gone.
    private static let keptOpen = Mutex<[Pipe]>([])

    private static func firstLine(_ handle: FileHandle) -> String? {
        var bytes: [UInt8] = []
        while let byte = try? handle.read(upToCount: 1)?.first {
            if byte == UInt8(ascii: "\n") { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(byte)
        }
        return nil
    }
}
