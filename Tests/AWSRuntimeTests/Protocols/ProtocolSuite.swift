import FoundationEssentials
import SpotTestSupport
import SystemPackage

/// One file of the protocol suites that botocore publishes: small models with their cases.
struct ProtocolSuite: Decodable {
    struct Metadata: Decodable {
        let `protocol`: String
        let apiVersion: String?
    }

    struct Case: Decodable {
        struct Given: Decodable {
            let name: String
            let input: Shape?
            let output: Shape?
        }

        struct Serialized: Decodable {
            let body: String?
        }

        struct Response: Decodable {
            let status_code: Int
            let headers: [String: String]?
            let body: String?
        }

        let id: String
        let given: Given
        let params: JSONValue?
        let serialized: Serialized?
        let result: JSONValue?
        let response: Response?
        let errorCode: String?
        let errorMessage: String?
    }

    /// A shape, or a reference to one with traits of its own.
    final class Shape: Decodable, Sendable {
        let shape: String?
        let type: String?
        let members: [String: Shape]?
        let member: Shape?
        let key: Shape?
        let value: Shape?
        let locationName: String?
        let queryName: String?
        let flattened: Bool?
        let timestampFormat: String?
    }

    let description: String
    let metadata: Metadata
    let shapes: [String: Shape]
    let cases: [Case]

    /// Every case of a protocol that botocore itself does not skip, with the models it needs.
    static func cases(_ direction: String, _ form: String) throws -> [(ProtocolSuite, Case)] {
        guard let folder = PeerSuites.folder("aws-protocols") else { return [] }
        let suites: [ProtocolSuite] = try read(folder.appending("\(direction)/\(form).json"))
        let ignored: IgnoreList = try read(folder.appending("protocol-tests-ignore-list.json"))
        return suites.filter { !ignored.suites(direction).contains($0.description) }
            .flatMap { suite in suite.cases.map { (suite, $0) } }
            .filter { !ignored.cases(direction, form).contains($0.1.id) }
    }

    private static func read<Value: Decodable>(_ path: FilePath) throws -> Value {
        let file = try FileDescriptor.open(path, .readOnly)
        let bytes = try file.closeAfter {
            var contents: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 1 << 20)
            while case let count = try unsafe chunk.withUnsafeMutableBytes({
                try unsafe file.read(into: $0)
            }), count > 0 {
                contents += chunk[..<count]
            }
            return contents
        }
        return try JSONDecoder().decode(Value.self, from: Data(bytes))
    }

    private struct IgnoreList: Decodable {
        struct Names: Decodable {
            let suites: [String]?
            let cases: [String]?
        }

        let general: [String: Names]
        let protocols: [String: [String: Names]]

        func suites(_ direction: String) -> [String] { general[direction]?.suites ?? [] }

        func cases(_ direction: String, _ form: String) -> [String] {
            protocols[form]?[direction]?.cases ?? []
        }
    }
}

extension ProtocolSuite {
    /// A shape with the traits of the reference before its own.
    struct Resolved {
        let reference: Shape
        let target: Shape

        var type: String { target.type ?? "structure" }
        var isFlat: Bool { reference.flattened ?? target.flattened ?? false }
        var timestampFormat: String? { reference.timestampFormat ?? target.timestampFormat }
    }

    func resolve(_ reference: Shape) -> Resolved {
        Resolved(
            reference: reference,
            target: reference.shape.flatMap { shapes[$0] } ?? reference
        )
    }
}
