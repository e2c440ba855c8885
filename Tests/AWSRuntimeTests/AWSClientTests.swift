import AWSRuntime
import AWSSigning
import HTTPTransport
import Logging
import SpotSupport
import SpotTestSupport
import Synchronization
import Testing

struct AWSClientTests {
    private static let good = "<ProbeResponse><value>7</value></ProbeResponse>"
    private static let busy = """
        <Response><Errors><Error><Code>RequestLimitExceeded</Code><Message>slow down</Message>\
        </Error></Errors><RequestID>req-1</RequestID></Response>
        """

    private let time = InstantTime()
    private let log = RecordedLog()

    @Test func `a call is addressed, signed and read`() async throws {
        let transport = FakeTransport([.status(200, Self.good)])
        #expect(try await client(transport).send(Probe()) == "7")
        let request = try #require(transport.requests.first)
        #expect(request.url.description == "https://ec2.eu-central-1.amazonaws.com/")
        #expect(request.method == "POST")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "Action=Probe&Version=2020-01-01&Secret=user%20data"
        )
        #expect(request.headers["X-Amz-Date"] == "20261121T105207Z")
        #expect(request.headers["X-Amz-Security-Token"] == "the-token")
        #expect(
            request.headers["Authorization"]?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-central-1/ec2/aws4_request, "
                    + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="
            ) == true
        )
    }

    @Test func `throttling is waited out and every try is signed anew`() async throws {
        let transport = FakeTransport([
            .status(503, Self.busy), .status(503, Self.busy), .status(200, Self.good),
        ])
        #expect(try await client(transport).send(Probe()) == "7")
        #expect(time.sleeps == [.seconds(1), .seconds(2)])
        let signatures = Set(transport.requests.map { $0.headers["Authorization"] })
        #expect(signatures.count == 3)
    }

    @Test func `the last refusal is thrown with its request id`() async throws {
        let transport = FakeTransport(
            [FakeTransport.Answer](
                repeating: .status(503, Self.busy),
                count: 5
            )
        )
        let error = try #require(await failure { try await client(transport).send(Probe()) })
        #expect(error.code.rawValue == "RequestLimitExceeded")
        #expect(error.requestID == "req-1")
        #expect(error.httpStatus == 503)
        #expect(transport.unusedAnswers == 0)
    }

    @Test func `a mutation whose answer was lost is not repeated unless it may be`() async throws {
        let lost = FakeTransport.Answer.failed(.lost, reachedServer: true)
        let once = FakeTransport([lost])
        let error = await failure { try await client(once).send(Probe(effect: .once)) }
        #expect(error?.code == .noAnswer)
        #expect(error?.kind == .transport)
        #expect(once.requests.first?.isRepeatable == false)
        let repeatable = FakeTransport([lost, .status(200, Self.good)])
        #expect(try await client(repeatable).send(Probe(effect: .repeatable)) == "7")
        #expect(repeatable.requests.first?.isRepeatable == true)
    }

    @Test(arguments: ["", "<html><body>Bad gateway</body></html>", "{}", "<a>"])
    func `a refusal that is no answer of AWS is known by its status`(_ body: String) async throws {
        let transport = FakeTransport([.status(404, body)])
        let error = try #require(await failure { try await client(transport).send(Probe()) })
        #expect(error.code.rawValue == "404")
        #expect(
            error.message
                == "EC2 refused Probe: status 404 without an explanation (404)"
        )
    }

    @Test(arguments: ["", "<ProbeResponse><value>7</val", "<html/>", "<ProbeResponse/>"])
    func `a success that cannot be read is an error and not repeated`(_ body: String) async throws {
        let transport = FakeTransport([.status(200, body)])
        let error = try #require(await failure { try await client(transport).send(Probe()) })
        #expect(error.code == .unreadableAnswer)
        #expect(error.mayHaveTakenEffect)
        #expect(error.kind == .broken)
    }

    @Test func `without credentials nothing is sent`() async throws {
        let transport = FakeTransport([])
        let home = try TemporaryHome()
        let chain = try home.chain()
        let error = await failure { try await client(transport, chain).send(Probe()) }
        #expect(error?.code == .notSent)
        #expect(error?.kind == .denied)
        #expect(error?.hint?.contains("aws configure") == true)
        #expect(transport.requests.isEmpty)
    }

    @Test func `cancelling ends the pause between two tries`() async throws {
        let transport = FakeTransport([.status(503, Self.busy)])
        let client = client(transport)
        let error = await withTaskGroup(of: AWSError?.self) { group in
            group.cancelAll()
            group.addTask { await failure { try await client.send(Probe()) } }
            return await group.next() ?? nil
        }
        #expect(error?.kind == .cancelled)
    }

    @Test func `the log tells what happened and no secret`() async throws {
        let transport = FakeTransport([.status(503, Self.busy), .status(200, Self.good)])
        _ = try await client(transport).send(Probe())
        let lines = log.lines
        #expect(lines.first == "POST ec2.eu-central-1.amazonaws.com Probe: status 503, 0 ms")
        for secret in ["wJalr", "the-token", "Signature", "user%20data", "AKIDEXAMPLE"] {
            #expect(!lines.joined().contains(secret))
        }
    }

    @Test func `pages are asked for until an empty token`() async throws {
        let transport = FakeTransport([
            Self.page("<value>a</value><nextToken>1</nextToken>"),
            Self.page("<nextToken>2</nextToken>"),
            Self.page("<value>b</value><nextToken></nextToken>"),
        ])
        let pages = try await client(transport).sendAllPages(PagedProbe())
        #expect(pages.map(\.value) == ["a", nil, "b"])
        #expect(
            transport.requests.map { String(decoding: $0.body, as: UTF8.self) }.map {
                $0.split(separator: "NextToken=").dropFirst().first.map(String.init)
            } == [nil, "1", "2"]
        )
    }

    @Test func `a token that comes back is an error and no endless loop`() async throws {
        let page = Self.page("<value>a</value><nextToken>1</nextToken>")
        let transport = FakeTransport([page, page])
        let error = await failure { try await client(transport).sendAllPages(PagedProbe()) }
        #expect(error?.code == .unreadableAnswer)
        #expect(transport.requests.count == 2)
    }

    private static func page(_ text: String) -> FakeTransport.Answer {
        .status(200, "<PagedProbeResponse>\(text)</PagedProbeResponse>")
    }

    private func client(_ transport: FakeTransport, _ chain: CredentialChain? = nil) -> AWSClient {
        AWSClient.test(transport, chain: chain, time: time, logger: log.logger)
    }

    private func failure<Value>(
        _ body: () async throws -> Value
    ) async -> AWSError? {
        do {
            _ = try await body()
            return nil
        } catch {
            return error as? AWSError
        }
    }
}

/// An operation that answers one value.
private struct Probe: QueryOperation {
    static let service = AWSService.test("ec2")

    var effect = OperationEffect.reads

    func encode(to fields: inout QueryEncoder) { fields["Secret"] = "user data" }

    static func result(in answer: XMLElement) throws(XMLError) -> String {
        try answer.require("value")
    }
}

/// An operation that answers pages.
private struct PagedProbe: QueryOperation, PaginatedOperation {
    struct Page: Sendable {
        let value: String?
        let token: String?
    }

    static let service = AWSService.test("ec2")

    var nextToken: String?

    func encode(to fields: inout QueryEncoder) { fields["NextToken"] = nextToken }

    static func result(in answer: XMLElement) -> Page {
        Page(value: answer.text("value"), token: answer.text("nextToken"))
    }

    static func nextToken(after output: Page) -> String? { output.token }
}

/// Keeps what is logged.
private final class RecordedLog: Sendable {
    private let messages = Mutex<[String]>([])

    var lines: [String] { messages.withLock { $0 } }

    var logger: Logger {
        var logger = Logger(label: "test") { [self] _ in Handler(log: self) }
        logger.logLevel = .trace
        return logger
    }

    private struct Handler: LogHandler {
        let log: RecordedLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.messages.withLock { $0.append("\(event.message)") }
        }
    }
}
