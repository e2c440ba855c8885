/// Carries one request to its server and brings back the answer.
package protocol HTTPTransport: Sendable {
    /// Any status is an answer; redirects are answers too and are not followed.
    /// - Throws: `HTTPError` where no whole answer came.
    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse
}

/// One request as a value.
package struct HTTPRequest: Sendable {
    package var method: String
    package var url: HTTPURL
    /// `Host` and `Content-Length` come from the address and the body.
    package var headers: HTTPHeaders
    package var body: [UInt8]
    package var limits: HTTPLimits
    /// Whether the server may see the request twice.
    ///
    /// A kept connection can turn out to be dead after the request was written to it; libcurl then
    /// sends it again by itself. False gives the request a connection of its own.
    package var isRepeatable: Bool
    /// Whether a proxy from the environment is used; link-local addresses must not go through one.
    package var usesProxy: Bool

    package init(
        method: String,
        url: HTTPURL,
        headers: HTTPHeaders = [:],
        body: [UInt8] = [],
        limits: HTTPLimits = HTTPLimits(),
        isRepeatable: Bool = true,
        usesProxy: Bool = true
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.limits = limits
        self.isRepeatable = isRepeatable
        self.usesProxy = usesProxy
    }
}

/// How long an exchange may take and how much may come back.
package struct HTTPLimits: Sendable, Hashable {
    /// Name look-up, TCP and TLS together.
    package var connect: Duration
    /// Without a single byte: until the first one, and between two of them.
    package var silence: Duration
    /// The whole exchange.
    package var total: Duration
    /// Bytes of body; more is an error, not a cut answer.
    package var answerSize: Int

    package init(
        connect: Duration = .seconds(10),
        silence: Duration = .seconds(30),
        total: Duration = .seconds(60),
        answerSize: Int = 32 << 20
    ) {
        self.connect = connect
        self.silence = silence
        self.total = total
        self.answerSize = answerSize
    }
}

/// The whole answer of a server.
package struct HTTPResponse: Sendable, Hashable {
    package var status: Int
    package var headers: HTTPHeaders
    package var body: [UInt8]

    package init(status: Int, headers: HTTPHeaders = [:], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
