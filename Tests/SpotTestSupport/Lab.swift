import Foundation
import SpotSupport

/// The local cloud: one for all the tests of a process, or one for a test that upsets it.
package final class Lab: Sendable {
    /// What `scripts/lab env` would set.
    package let environment: [String: String]
    private let state: String
    private let daemon: Companion

    /// The lab of this test process, started by the first test that needs it.
    package static func shared() async throws -> Lab {
        try await BlockingPool.run { () throws(Failed) in try sharedResult.get() }
    }

    /// A lab of its own, for faults that hit everybody.
    package static func own() async throws -> Lab {
        try await BlockingPool.run { () throws(Failed) in try Lab() }
    }

    /// Another lab of this test process, for one suite whose tests upset it in turn.
    package static func upset() async throws -> Lab {
        try await BlockingPool.run { () throws(Failed) in try upsetResult.get() }
    }

    private static let sharedResult = Result { () throws(Failed) in try Lab() }

    private static let upsetResult = Result { () throws(Failed) in try Lab() }

    /// A lab that could not start, or an order that it refused.
    package struct Failed: Error, CustomStringConvertible {
        package let description: String
    }

    private init() throws(Failed) {
        state = FileManager.default.temporaryDirectory.appending(path: "spot-lab-\(UUID())").path()
        let arguments = ["up", "--foreground", "--port", "0", "--state", state]
        guard let daemon = try? Companion(Self.program, arguments) else {
            throw Failed(description: "cannot run \(Self.program)")
        }
        self.daemon = daemon
        guard let line = daemon.nextLine(), line.hasPrefix("READY "),
            let values = try? JSONDecoder().decode(
                [String: String].self,
                from: Data(line.dropFirst("READY ".count).utf8)
            )
        else { throw Failed(description: "scripts/lab up did not say READY") }
        environment = values
    }

    deinit {
        daemon.end()
    }

    private static let program = PackageRoot.path + "/scripts/lab"

    /// The Python that has boto3 and, beside it, the AWS CLI.
    package static func python() throws -> String {
        let result = try ChildProcess(program).runBlocking(["setup"])
        guard result.status == 0 else { throw Failed(description: result.talk) }
        return String(result.output.prefix { $0 != "\n" })
    }

    /// Runs `scripts/lab` on this lab: faults, cuts, interruptions.
    @discardableResult
    package func command(_ arguments: String...) async throws -> ChildProcess.Result {
        try await command(arguments)
    }

    /// The same with a list of words.
    @discardableResult
    package func command(_ arguments: [String]) async throws -> ChildProcess.Result {
        let result = try await ChildProcess(Self.program).run(arguments + ["--state", state])
        guard result.status == 0 else {
            throw Failed(
                description: "scripts/lab \(arguments.joined(separator: " ")): \(result.talk)"
            )
        }
        return result
    }
}
