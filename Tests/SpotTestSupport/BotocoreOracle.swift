import Foundation
import SpotSupport
import Synchronization

/// botocore, telling what it makes of a home directory and an environment; beside it, fakes of
/// everything that hands out credentials.
package final class BotocoreOracle: Sendable {
    private let python: Companion
    private let turn = Mutex(())
    /// Where the fakes answer: "http://127.0.0.1:4711".
    package let services: String

    /// botocore could not be started, or has ended.
    package struct Silent: Error, CustomStringConvertible {
        package let description: String
    }

    /// Whether botocore is installed where the lab keeps its Python; for tests that skip without it.
    package static let isInstalled = (try? Lab.python()) != nil

    /// The one of this test process.
    package static func shared() async throws -> BotocoreOracle {
        try await BlockingPool.run { () throws(Silent) in try sharedResult.get() }
    }

    private static let sharedResult = Result { () throws(Silent) in try BotocoreOracle() }

    private init() throws(Silent) {
        do {
            python = try Companion(
                try Lab.python(),
                ["-B", PackageRoot.path + "/Tests/BotocoreOracle/oracle.py"]
            )
        } catch {
            throw Silent(description: "cannot start botocore: \(error)")
        }
        guard let line = python.nextLine() else {
            throw Silent(description: "botocore did not start")
        }
        services = line
    }

    deinit {
        python.end()
    }

    /// Asks one question; oracle.py says what may be in it and in the answer.
    package func ask(_ question: JSONValue) async throws -> JSONValue {
        let line = try question.encoded()
        let answer = try await BlockingPool.run { () throws(Silent) in
            let answer = self.turn.withLock { _ in
                (try? self.python.send(line)).flatMap { self.python.nextLine() }
            }
            guard let answer else { throw Silent(description: "botocore has ended") }
            return answer
        }
        return try JSONValue(decoding: answer)
    }
}
