import AWSSigning
package import HTTPTransport

/// An operation of the REST-JSON protocol.
package protocol RESTOperation: AWSOperation where Output: Decodable {
    static var method: String { get }
    /// The segments of the path, not yet encoded.
    var path: [String] { get }
    /// In the order of the model; a nil value leaves the pair out.
    var query: [(name: String, value: String?)] { get }
    /// The members that go into headers.
    var headers: HTTPHeaders { get }
    /// The members that go into the body; nil for a request without one.
    var body: (any Encodable)? { get }
}

extension RESTOperation {
    package var query: [(name: String, value: String?)] { [] }

    package var headers: HTTPHeaders { [:] }

    package var body: (any Encodable)? { nil }

    package func encoded() throws -> OperationRequest {
        let segments = path.map { PercentEncoding.encode($0) }
        let pairs = query.compactMap { pair in
            pair.value.map { "\(PercentEncoding.encode(pair.name))=\(PercentEncoding.encode($0))" }
        }
        var headers = headers
        if body != nil { headers["Content-Type"] = "application/json" }
        return OperationRequest(
            method: Self.method,
            path: "/" + segments.joined(separator: "/"),
            query: pairs.joined(separator: "&"),
            headers: headers,
            body: try body.map { try JSONCodec.encode($0) } ?? []
        )
    }

    package static func output(from response: HTTPResponse) throws -> Output {
        try JSONCodec.decode(Output.self, from: response.body)
    }
}

/// The answer of an operation that answers nothing.
package struct EmptyOutput: Sendable, Hashable, Decodable {
    package init() {}
}
