import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

/// The libcurl transport against a server that misbehaves.
@Suite(.timeLimit(.minutes(1)))
struct CurlTransportTests {
    private static let hello = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello"

    private let transport = CurlTransport()

    @Test func `an exchange carries method, path, headers and body to the byte`() async throws {
        try await LoopbackHTTPServer.serve(.send(Self.hello)) { server in
            var url = server.url
            url.path = "/a/../b//c%20d"
            url.query = "x=1&y=%2B"
            let response = try await transport.send(
                HTTPRequest(
                    method: "POST",
                    url: url,
                    headers: ["Content-Type": "text/plain", "X-Empty": ""],
                    body: Array("a\u{0}b".utf8)
                )
            )
            #expect(response.status == 200)
            #expect(response.headers["x-a"] == "1")
            #expect(response.body == Array("hello".utf8))
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("POST /a/../b//c%20d?x=1&y=%2B HTTP/1.1\r\n"))
            #expect(request.contains("\r\nHost: 127.0.0.1:\(server.port)\r\n"))
            #expect(request.contains("\r\nContent-Type: text/plain\r\n"))
            #expect(request.contains("\r\nX-Empty:\r\n"))
            #expect(request.contains("\r\nContent-Length: 3\r\n"))
            #expect(!request.lowercased().contains("expect:"))
            #expect(request.hasSuffix("\r\n\r\na\u{0}b"))
        }
    }

    @Test(arguments: ["GET", "HEAD", "DELETE", "PUT", "POST"])
    func `every method goes out as it is, without a body of its own`(_ method: String)
        async throws
    {
        let answer = method == "HEAD" ? "HTTP/1.1 204 No\r\n\r\n" : Self.hello
        try await LoopbackHTTPServer.serve(.send(answer)) { server in
            _ = try await transport.send(HTTPRequest(method: method, url: server.url))
            let request = try #require(server.requests.first)
            #expect(request.hasPrefix("\(method) / HTTP/1.1\r\n"))
            #expect(!request.lowercased().contains("content-type"))
            #expect(request.hasSuffix("\r\n\r\n"))
        }
    }

    @Test func `a body of a megabyte goes out without waiting for leave`() async throws {
        try await LoopbackHTTPServer.serve(.send(Self.hello)) { server in
            let body = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
            _ = try await transport.send(HTTPRequest(method: "POST", url: server.url, body: body))
            #expect(server.requests.first?.hasSuffix(String(repeating: "x", count: 1000)) == true)
        }
    }

    @Test func `a redirect is an answer and is not followed`() async throws {
        let redirect = "HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n"
        try await LoopbackHTTPServer.serve(.send(redirect)) { server in
            let response = try await transport.send(HTTPRequest(method: "GET", url: server.url))
            #expect(response.status == 301)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `calls one after the other share a connection`() async throws {
        try await LoopbackHTTPServer.serve(.send(Self.hello)) { server in
            for _ in 0..<5 {
                _ = try await transport.send(HTTPRequest(method: "GET", url: server.url))
            }
            #expect(server.connectionCount == 1)
        }
    }

    @Test func `what must not arrive twice gets a connection of its own`() async throws {
        try await LoopbackHTTPServer.serve(.send(Self.hello)) { server in
            _ = try await transport.send(HTTPRequest(method: "GET", url: server.url))
            let once = HTTPRequest(method: "POST", url: server.url, isRepeatable: false)
            _ = try await transport.send(once)
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a request on a dead kept connection is not sent again when it must not be`()
        async throws
    {
        try await LoopbackHTTPServer.serve(.send(Self.hello), .reset) { server in
            _ = try await transport.send(HTTPRequest(method: "GET", url: server.url))
            let once = HTTPRequest(method: "POST", url: server.url, isRepeatable: false)
            let error = await failure(of: once)
            #expect(error?.reason == .lost)
            #expect(server.requests.count == 2)
        }
    }

    @Test func `a request on a dead kept connection goes out again on a fresh one when it may`()
        async throws
    {
        try await LoopbackHTTPServer.serve(.send(Self.hello), .reset, .send(Self.hello)) { server in
            for method in ["GET", "POST"] {
                let request = HTTPRequest(method: method, url: server.url)
                let response = try await transport.send(request)
                #expect(response.status == 200)
            }
            #expect(server.requests.count == 3)
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `more calls than the width wait their turn`() async throws {
        let narrow = CurlTransport(width: 2)
        try await LoopbackHTTPServer.serve(.send(Self.hello)) { server in
            let request = HTTPRequest(method: "GET", url: server.url)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<20 { group.addTask { try await narrow.send(request).status } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses == [Int](repeating: 200, count: 20))
            #expect(server.connectionCount <= 2)
        }
    }

    @Test func `a cancelled wait for a turn ends at once`() async throws {
        let narrow = CurlTransport(width: 1)
        try await LoopbackHTTPServer.serve(.sendAndStall("")) { server in
            let request = HTTPRequest(method: "GET", url: server.url)
            await withTaskGroup(of: HTTPError.Reason?.self) { group in
                for _ in 0..<3 {
                    group.addTask { await Self.failure(of: request, on: narrow)?.reason }
                }
                group.cancelAll()
                for await reason in group { #expect(reason == .cancelled) }
            }
        }
    }
}

extension CurlTransportTests {
    /// What an exchange fails with; nil where it succeeds.
    static func failure(
        of request: HTTPRequest,
        on transport: any HTTPTransport
    ) async -> HTTPError? {
        do throws(HTTPError) {
            _ = try await transport.send(request)
            return nil
        } catch {
            return error
        }
    }

    private func failure(of request: HTTPRequest) async -> HTTPError? {
        await Self.failure(of: request, on: transport)
    }
}
