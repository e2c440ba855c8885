import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

/// Answers that are none.
@Suite(.timeLimit(.minutes(1)))
struct CurlTransportFailureTests {
    private let transport = CurlTransport()

    @Test(arguments: [
        (
            LoopbackHTTPServer.Reaction.sendAndClose(
                "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf"
            ), HTTPError.Reason.lost
        ),
        (
            .sendAndClose("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"),
            .lost
        ),
        (.sendAndClose(""), .lost),
        (.reset, .lost),
        (.sendAndClose("\u{1}\u{2}garbage without end\r\n\r\n"), .unreadable),
        (.sendAndClose("<html>no head</html>"), .unreadable),
    ])
    func `an answer that is not whole is an error after the request was sent`(
        _ reaction: LoopbackHTTPServer.Reaction,
        _ reason: HTTPError.Reason
    ) async throws {
        try await LoopbackHTTPServer.serve(reaction) { server in
            let request = HTTPRequest(method: "POST", url: server.url, body: [1])
            let error = await CurlTransportTests.failure(of: request, on: transport)
            #expect(error?.reason == reason)
            #expect(error?.mayHaveReachedServer == true)
            #expect(error?.host == "127.0.0.1:\(server.port)")
        }
    }

    @Test func `a port where nobody listens was not reached`() async throws {
        let url = try await LoopbackHTTPServer.serve(.reset) { $0.url }
        let request = HTTPRequest(method: "POST", url: url, body: [1])
        let error = await CurlTransportTests.failure(of: request, on: transport)
        #expect(error?.reason == .unreachable)
        #expect(error?.mayHaveReachedServer == false)
    }

    @Test func `a name without an address was not reached`() async throws {
        let url = HTTPURL(.https, host: "nowhere.invalid")
        let error = await CurlTransportTests.failure(
            of: HTTPRequest(method: "GET", url: url),
            on: transport
        )
        #expect(error?.reason == .unresolved)
        #expect(error?.mayHaveReachedServer == false)
    }

    @Test func `a server without TLS is refused where TLS is asked for`() async throws {
        try await LoopbackHTTPServer.serve(.sendUnread("hello")) { server in
            let url = HTTPURL(.https, host: "127.0.0.1", port: server.port)
            let error = await CurlTransportTests.failure(
                of: HTTPRequest(method: "GET", url: url),
                on: transport
            )
            #expect(error?.reason == .unreachable)
            #expect(error?.mayHaveReachedServer == false)
        }
    }

    @Test func `a connection that breaks before anything was read is lost`() async throws {
        try await LoopbackHTTPServer.serve(.resetUnread) { server in
            let request = HTTPRequest(method: "GET", url: server.url)
            let error = await CurlTransportTests.failure(of: request, on: transport)
            // The reset may overtake libcurl's look at the connection.
            #expect(error?.reason == .lost || error?.reason == .unreachable)
            #expect(server.requests.isEmpty)
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf"])
    func `a server that stalls is given up at the limit`(_ beginning: String) async throws {
        try await LoopbackHTTPServer.serve(.sendAndStall(beginning)) { server in
            let request = HTTPRequest(
                method: "GET",
                url: server.url,
                limits: HTTPLimits(total: .milliseconds(200))
            )
            let error = await CurlTransportTests.failure(of: request, on: transport)
            #expect(error?.reason == .timedOut)
            #expect(error?.kind == .timedOut)
            #expect(error?.mayHaveReachedServer == true)
        }
    }

    @Test(arguments: [
        "", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\nhalf",
    ])
    func `row 39: a server that falls silent is given up long before the limit for the whole`(
        _ beginning: String
    ) async throws {
        try await LoopbackHTTPServer.serve(.sendAndStall(beginning)) { server in
            let request = HTTPRequest(
                method: "GET",
                url: server.url,
                limits: HTTPLimits(silence: .milliseconds(200))
            )
            let error = await CurlTransportTests.failure(of: request, on: transport)
            #expect(error?.reason == .timedOut)
            #expect(error?.detail == "nothing came for 200 ms")
            #expect(error?.mayHaveReachedServer == true)
        }
    }

    @Test func `a head without end is refused`() async throws {
        let field = "X-Long: \(String(repeating: "x", count: 8000))\r\n"
        let head = "HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 40)
        try await LoopbackHTTPServer.serve(.sendAndStall(head)) { server in
            let request = HTTPRequest(method: "GET", url: server.url)
            let error = await CurlTransportTests.failure(of: request, on: transport)
            #expect(error?.reason == .unreadable)
            #expect(error?.detail == "its head is longer than 262144 bytes")
        }
    }

    @Test func `a server that shakes no hands is given up at the limit for connections`()
        async throws
    {
        try await LoopbackHTTPServer.serve(.sendAndStall("")) { server in
            let request = HTTPRequest(
                method: "POST",
                url: HTTPURL(.https, host: "127.0.0.1", port: server.port),
                limits: HTTPLimits(connect: .milliseconds(200))
            )
            let error = await CurlTransportTests.failure(of: request, on: transport)
            #expect(error?.reason == .timedOut)
            #expect(error?.mayHaveReachedServer == false)
            #expect(
                error?.message
                    == "cannot reach 127.0.0.1:\(server.port): no connection within 200 ms"
            )
        }
    }

    @Test func `an answer over its limit is refused and not cut`() async throws {
        let body = String(repeating: "x", count: 2000)
        let answer = "HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n\(body)"
        try await LoopbackHTTPServer.serve(.send(answer)) { server in
            func request(_ limit: Int) -> HTTPRequest {
                HTTPRequest(
                    method: "GET",
                    url: server.url,
                    limits: HTTPLimits(answerSize: limit)
                )
            }
            let error = await CurlTransportTests.failure(of: request(1999), on: transport)
            #expect(error?.reason == .unreadable)
            #expect(error?.detail == "it is longer than 1999 bytes")
            let whole = try await transport.send(request(2000))
            #expect(whole.body.count == 2000)
        }
    }

    @Test func `cancelling ends a stalled exchange long before its limit`() async throws {
        try await LoopbackHTTPServer.serve(.sendAndStall("")) { server in
            let request = HTTPRequest(method: "GET", url: server.url)
            let clock = ContinuousClock()
            let start = clock.now
            let reason = await withTaskGroup(of: HTTPError.Reason?.self) { group in
                group.addTask {
                    await CurlTransportTests.failure(of: request, on: transport)?.reason
                }
                // The server has read the request: the exchange is under way.
                while server.requests.isEmpty { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(reason == .cancelled)
            #expect(clock.now - start < HTTPLimits().total / 2)
        }
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "a\nb", "\u{0}"])
    func `a header cannot smuggle in another`(_ value: String) async throws {
        try await LoopbackHTTPServer.serve(.reset) { server in
            let request = HTTPRequest(method: "GET", url: server.url, headers: ["X-A": value])
            let error = await CurlTransportTests.failure(of: request, on: transport)
            #expect(error?.reason == .malformed)
            #expect(server.connectionCount == 0)
        }
    }
}
