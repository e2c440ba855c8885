package import HTTPTransport

/// One call of one service as a value: it writes its own request and reads its own answer.
package protocol AWSOperation: Sendable {
    associatedtype Output: Sendable

    static var service: AWSService { get }
    /// As AWS spells it: "RunInstances".
    static var name: String { get }
    /// What sending it does, which decides whether it may be sent again.
    var effect: OperationEffect { get }
    /// Whether requests carry a signature; those that bring a token of their own do not.
    static var isSigned: Bool { get }

    func encoded() throws -> OperationRequest
    /// Reads a successful answer.
    /// - Throws: whatever says why the answer cannot be read.
    static func output(from response: HTTPResponse) throws -> Output
}

extension AWSOperation {
    package static var name: String { String(describing: Self.self) }

    package var effect: OperationEffect { .reads }

    package static var isSigned: Bool { true }
}

/// What it means to send an operation twice.
package enum OperationEffect: Sendable, Hashable {
    /// Nothing changes.
    case reads
    /// Twice is the same as once: a client token says so, or the nature of the operation.
    case repeatable
    /// Twice may do it twice.
    case once
}

/// What an operation puts on the wire, before there is a host or a signature.
package struct OperationRequest: Sendable, Hashable {
    package var method: String
    /// Percent-encoded; joined to the path of the endpoint.
    package var path: String
    /// Percent-encoded.
    package var query: String
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(
        method: String = "POST",
        path: String = "/",
        query: String = "",
        headers: HTTPHeaders = [:],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// An operation whose answers come in pages.
package protocol PaginatedOperation: AWSOperation {
    /// Where the page begins; nil for the first.
    var nextToken: String? { get set }
    /// Where the page after `output` begins; nil or empty after the last.
    static func nextToken(after output: Output) -> String?
}
