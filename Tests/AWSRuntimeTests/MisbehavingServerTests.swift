import AWSRuntime
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

/// The client over libcurl, against a server that does on the wire what it should not.
@Suite(.timeLimit(.minutes(1)))
struct MisbehavingServerTests {
    private typealias Reaction = LoopbackHTTPServer.Reaction

    private static let good = answer(200, Probe.good)
    private static let page = "<!DOCTYPE html><title>502 Bad Gateway</title>"

    private let time = InstantTime()

    @Test(arguments: [
        Reaction.send(answer(503, "")),
        .send(answer(502, page)),
        .sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<ProbeResponse>"),
        .sendAndClose("HTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n<ProbeResponse>"),
        .sendAndClose("HTTP/1.1 200 OK\r\n"),
        .sendAndClose(""),
        .reset,
    ])
    func `row 39: reads and calls with a token get over it, others say that they may have worked`(
        _ reaction: LoopbackHTTPServer.Reaction
    ) async throws {
        for effect in [OperationEffect.reads, .repeatable] {
            try await LoopbackHTTPServer.serve(reaction, .send(Self.good)) { server in
                let value = try await client(server).send(Probe(effect: effect))
                #expect(value == "7")
                #expect(server.requests.count == 2)
            }
        }
        try await LoopbackHTTPServer.serve(reaction, .send(Self.good)) { server in
            let error = try #require(await client(server).failure(of: Probe(effect: .once)))
            #expect(error.isEffectUnknown)
            #expect(error.message.hasPrefix("cannot tell whether EC2 did Probe: "))
            #expect(server.requests.count == 1)
        }
    }

    @Test(arguments: ["", "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<ProbeResponse>"])
    func `row 39: a stall ends, and the next try gets over it`(_ beginning: String) async throws {
        let script = [Reaction.sendAndStall(beginning), .send(Self.good)]
        try await LoopbackHTTPServer.serve(script[0], script[1]) { server in
            let impatient = ImpatientTransport(CurlTransport(), silence: .milliseconds(200))
            let value = try await client(server, impatient).send(Probe())
            #expect(value == "7")
            #expect(time.sleeps.count == 1)
        }
    }

    @Test func `row 39: an answer without end is refused and not asked for again`() async throws {
        let body = "<ProbeResponse>" + String(repeating: "x", count: 5000)
        try await LoopbackHTTPServer.serve(.send(Self.answer(200, body))) { server in
            let narrow = ImpatientTransport(CurlTransport(), answerSize: 4000)
            let error = try await client(server, narrow).failure(of: Probe())
            #expect(error?.detail.hasSuffix("it is longer than 4000 bytes") == true)
            #expect(server.requests.count == 1)
        }
    }

    @Test func `a kept connection that died between two calls costs a read no try`() async throws {
        try await LoopbackHTTPServer.serve(.send(Self.good), .reset, .send(Self.good)) { server in
            let client = try client(server)
            for _ in 1...2 {
                let value = try await client.send(Probe())
                #expect(value == "7")
            }
            #expect(time.sleeps.isEmpty)
        }
    }

    @Test func `what may happen once does not go over a kept connection`() async throws {
        try await LoopbackHTTPServer.serve(.send(Self.good)) { server in
            let client = try client(server)
            _ = try await client.send(Probe())
            _ = try await client.send(Probe(effect: .once))
            #expect(server.connectionCount == 2)
        }
    }

    @Test func `a server that has gone is tried again and was never asked`() async throws {
        let left = try await LoopbackHTTPServer.serve(.reset) { try client($0) }
        let error = await left.failure(of: Probe(effect: .once))
        #expect(error?.kind == .transport)
        #expect(error?.mayHaveTakenEffect == false)
        #expect(time.sleeps.count == 2)
    }

    @Test func `cancelling ends a call whose server says nothing`() async throws {
        try await LoopbackHTTPServer.serve(.sendAndStall("")) { server in
            let client = try client(server)
            let error = await withTaskGroup(of: AWSError?.self) { group in
                group.addTask { await client.failure(of: Probe(effect: .repeatable)) }
                while server.requests.isEmpty { await Task.yield() }
                group.cancelAll()
                return await group.next() ?? nil
            }
            #expect(error?.kind == .cancelled)
            #expect(error?.mayHaveTakenEffect == true)
            #expect(time.sleeps.isEmpty)
        }
    }

    @Test func `row 2: the Date of a real answer corrects the next signature`() async throws {
        let refusal = """
            <Response><Errors><Error><Code>RequestExpired</Code><Message>m</Message></Error></Errors>\
            </Response>
            """
        let skewed = Self.answer(400, refusal, "Date: Sat, 21 Nov 2026 11:52:07 GMT\r\n")
        try await LoopbackHTTPServer.serve(.send(skewed), .send(Self.good)) { server in
            let value = try await client(server).send(Probe(effect: .once))
            #expect(value == "7")
            #expect(server.requests.last?.contains("\r\nX-Amz-Date: 20261121T115207Z\r\n") == true)
        }
    }

    private func client(
        _ server: LoopbackHTTPServer,
        _ transport: any HTTPTransport = CurlTransport()
    ) throws -> AWSClient {
        let entry = CustomEndpoints.Entry(address: "\(server.url)", origin: "the test")
        let custom = try CustomEndpoints(flag: entry, environment: [:], profile: nil)
        return AWSClient.test(transport, endpoints: EndpointResolver(custom: custom), time: time)
    }

    private static func answer(_ status: Int, _ body: String, _ fields: String = "") -> String {
        "HTTP/1.1 \(status) Any\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
    }
}

/// Libcurl with less patience, for tests that would wait for half a minute otherwise.
private struct ImpatientTransport: HTTPTransport {
    private let transport: CurlTransport
    private let silence: Duration
    private let answerSize: Int

    init(
        _ transport: CurlTransport,
        silence: Duration = .seconds(30),
        answerSize: Int = HTTPLimits().answerSize
    ) {
        self.transport = transport
        self.silence = silence
        self.answerSize = answerSize
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var request = request
        request.limits.silence = silence
        request.limits.answerSize = answerSize
        return try await transport.send(request)
    }
}
