import Foundation
import SpotSupport
import Synchronization

/// boto3, looking at what we made: the cloud as another program sees it.
package final class SecondClient: Sendable {
    private let python: Companion
    private let turn = Mutex(())

    /// boto3's own words about a call that failed.
    package struct Refused: Error, CustomStringConvertible {
        package let description: String
    }

    /// The one that looks at the lab of this test process.
    package static func shared() async throws -> SecondClient {
        let lab = try await Lab.shared()
        return try await BlockingPool.run { () throws(Refused) in
            try own.withLock { (own) throws(Refused) in
                if let own { return own }
                let client = try SecondClient(of: lab)
                own = client
                return client
            }
        }
    }

    private static let own = Mutex<SecondClient?>(nil)

    /// The one that looks at another lab.
    package static func watching(_ lab: Lab) async throws -> SecondClient {
        try await BlockingPool.run { () throws(Refused) in try SecondClient(of: lab) }
    }

    /// Blocks until boto3 is there.
    private init(of lab: Lab) throws(Refused) {
        var environment = ProcessInfo.processInfo.environment
        environment.merge(lab.environment) { _, new in new }
        do {
            python = try Companion(
                try Lab.python(),
                ["-c", Self.server],
                environment: environment
            )
        } catch {
            throw Refused(description: "cannot start boto3: \(error)")
        }
    }

    deinit {
        python.end()
    }

    /// Calls an operation by boto3's names and picks from its answer by JMESPath.
    @discardableResult
    package func ask(
        _ service: String,
        _ operation: String,
        _ parameters: JSONValue = [:],
        region: String,
        query: String = "@"
    ) async throws -> JSONValue {
        let request: JSONValue = [
            "service": .text(service), "operation": .text(operation), "parameters": parameters,
            "region": .text(region), "query": .text(query),
        ]
        let line = try request.encoded()
        let answer = try await BlockingPool.run { () throws(Refused) in
            try self.exchange(line)
        }
        return try JSONValue(decoding: answer)
    }

    private func exchange(_ line: String) throws(Refused) -> String {
        let answer = turn.withLock { _ in
            (try? python.send(line)).flatMap { python.nextLine() }
        }
        guard let answer else { throw Refused(description: "boto3 has ended") }
        guard answer.hasPrefix("ok ") else { throw Refused(description: answer) }
        return String(answer.dropFirst("ok ".count))
    }

    private static let server = """
        import json, sys, boto3, jmespath
        clients = {}
        for line in sys.stdin:
            request = json.loads(line)
            key = request["service"], request["region"]
            try:
                client = clients.setdefault(key, None) or boto3.client(key[0], region_name=key[1])
                clients[key] = client
                answer = getattr(client, request["operation"])(**request["parameters"])
                value = jmespath.search(request["query"], answer)
                print("ok", json.dumps(value, default=str), flush=True)
            except Exception as error:
                print(type(error).__name__, " ".join(str(error).split()), flush=True)
        """
}
