import AWSRuntime
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

/// What is tried again, how often, and what is said when nothing helps.
struct AWSClientRetryTests {
    private let time = InstantTime()

    @Test func `row 5: RequestLimitExceeded is answered with 503 and retried with growing pauses`()
        async throws
    {
        let busy = FakeTransport.Answer.refusal(503, .busy)
        let transport = FakeTransport([busy, busy, busy, busy, .good])
        #expect(try await client(transport).send(Probe()) == "7")
        #expect(time.sleeps == [1, 2, 4, 8].map { .seconds($0) })
        let signatures = Set(transport.requests.map { $0.headers["Authorization"] })
        #expect(signatures.count == 5)
    }

    @Test func `row 5: the fifth refusal is the last, and is thrown with its request id`()
        async throws
    {
        let transport = FakeTransport(
            [FakeTransport.Answer](repeating: .refusal(503, .busy), count: 5)
        )
        let error = try #require(await client(transport).failure(of: Probe()))
        #expect(error.code == .busy)
        #expect(error.requestID == "req-1")
        #expect(error.httpStatus == 503)
        #expect(error.message == "EC2 refused Probe: said so (RequestLimitExceeded)")
        #expect(transport.unusedAnswers == 0)
    }

    @Test func `row 6: one call finds out that there is no capacity`() async {
        let transport = FakeTransport([.refusal(500, .insufficientInstanceCapacity), .good])
        let error = await client(transport).failure(of: Probe(effect: .repeatable))
        #expect(error?.kind == .capacity)
        #expect(error?.mayHaveTakenEffect == false)
        #expect(transport.requests.count == 1)
    }

    @Test(arguments: [
        "", "<html><body>Bad gateway</body></html>", "<!DOCTYPE html><p>", "{}", "<a>",
    ])
    func `row 39: a server error without an answer of AWS is retried for reads`(_ body: String)
        async throws
    {
        let transport = FakeTransport([.status(502, body), .status(503, body), .good])
        #expect(try await client(transport).send(Probe()) == "7")
        let once = FakeTransport([.status(502, body), .good])
        let error = await client(once).failure(of: Probe(effect: .once))
        #expect(error?.isEffectUnknown == true)
        #expect(once.requests.count == 1)
    }

    @Test(arguments: ["", "<ProbeResponse><value>7</val", "<ProbeResponse>\u{0}"])
    func `row 39: an answer that is cut off is asked for again`(_ body: String) async throws {
        let transport = FakeTransport([.status(200, body), .good])
        #expect(try await client(transport).send(Probe()) == "7")
        let once = FakeTransport([.status(200, body), .good])
        let error = await client(once).failure(of: Probe(effect: .once))
        #expect(error?.code == .brokenAnswer)
        #expect(error?.isEffectUnknown == true)
    }

    @Test func `an answer to another question is an error and not asked for again`() async throws {
        let transport = FakeTransport([.status(200, "<ProbeResponse/>")])
        let error = try #require(await client(transport).failure(of: Probe()))
        #expect(error.code == .unreadableAnswer)
        #expect(error.mayHaveTakenEffect)
        #expect(!error.isEffectUnknown)
        #expect(
            error.message
                == "cannot read the answer of EC2 to Probe: ProbeResponse/value is missing"
        )
    }

    @Test(arguments: [
        ("<!DOCTYPE html><title>Log in</title>", ""),
        ("\n <HTML/>", "application/xml"),
        ("Please log in", "text/html; charset=utf-8"),
    ])
    func `row 39: the login page of a network is no answer, and is named as what it is`(
        _ body: String,
        _ type: String
    ) async throws {
        let transport = FakeTransport([.status(200, body, headers: ["Content-Type": type])])
        let error = try #require(await client(transport).failure(of: Probe()))
        #expect(error.code == .foreignAnswer)
        #expect(error.message == "cannot ask EC2 for Probe: a web page came back")
        #expect(error.hint?.contains("login page") == true)
    }

    @Test func `a redirect is neither followed nor retried`() async throws {
        let transport = FakeTransport([
            .status(302, headers: ["Location": "https://portal.test/login?to=aws"])
        ])
        let error = try #require(await client(transport).failure(of: Probe()))
        #expect(
            error.message
                == "EC2 refused Probe: it points to portal.test, which spot does not follow (302)"
        )
    }

    @Test func `cancelling ends the pause between two tries`() async throws {
        let standing = ManualTime(.standing)
        let transport = FakeTransport([.refusal(503, .busy)])
        let client = AWSClient.test(transport, time: standing)
        let error = await withTaskGroup(of: AWSError?.self) { group in
            group.addTask { await client.failure(of: Probe(effect: .once)) }
            await standing.untilAsleep()
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.kind == .cancelled)
        #expect(error?.isEffectUnknown == false)
    }

    private func client(_ transport: FakeTransport) -> AWSClient {
        AWSClient.test(transport, time: time)
    }
}

/// Answers that are lost on their way, after the call did its work or before.
struct LostAnswerTests {
    private let lost = FakeTransport.Answer.failed(.lost, reachedServer: true)
    private let unreachable = FakeTransport.Answer.failed(.unreachable, reachedServer: false)

    @Test func `what may happen once is not repeated, and it is said that it may have happened`()
        async throws
    {
        let transport = FakeTransport([lost])
        let error = try #require(await client(transport).failure(of: Probe(effect: .once)))
        #expect(error.code == .noAnswer)
        #expect(error.kind == .transport)
        #expect(error.isEffectUnknown)
        #expect(
            error.message
                == "cannot tell whether EC2 did Probe: cannot read the answer of aws.test: "
                + "as the test says"
        )
        #expect(error.hint == "the same command again begins by looking at what is there")
        #expect(transport.requests.first?.isRepeatable == false)
    }

    @Test func `what may happen once is tried again where it cannot have happened`() async throws {
        let transport = FakeTransport([unreachable, .refusal(503, .busy), .good])
        #expect(try await client(transport).send(Probe(effect: .once)) == "7")
    }

    @Test func `what a token protects is repeated`() async throws {
        let transport = FakeTransport([lost, .refusal(500, "InternalError"), .good])
        #expect(try await client(transport).send(Probe(effect: .repeatable)) == "7")
        #expect(transport.requests.first?.isRepeatable == true)
    }

    @Test func `a first try that may have worked is not forgotten when the last reaches nobody`()
        async throws
    {
        let transport = FakeTransport([lost, unreachable, unreachable])
        let error = try #require(await client(transport).failure(of: Probe(effect: .repeatable)))
        #expect(error.isEffectUnknown)
        #expect(error.mayHaveTakenEffect)
        let never = FakeTransport([unreachable, unreachable, unreachable])
        let harmless = try #require(await client(never).failure(of: Probe(effect: .repeatable)))
        #expect(!harmless.mayHaveTakenEffect)
        #expect(
            harmless.message
                == "cannot ask EC2 for Probe: cannot reach aws.test: as the test says"
        )
    }

    @Test func `lack of capacity is a definite word even after a lost answer`() async throws {
        let transport = FakeTransport([lost, .refusal(500, .insufficientInstanceCapacity)])
        let error = try #require(await client(transport).failure(of: Probe(effect: .repeatable)))
        #expect(!error.mayHaveTakenEffect)
        #expect(error.message == "EC2 refused Probe: said so (InsufficientInstanceCapacity)")
    }

    @Test func `a failed read leaves no doubt`() async throws {
        let transport = FakeTransport([FakeTransport.Answer](repeating: lost, count: 5))
        let error = try #require(await client(transport).failure(of: Probe()))
        #expect(!error.isEffectUnknown)
        #expect(transport.unusedAnswers == 0)
    }

    private func client(_ transport: FakeTransport) -> AWSClient { AWSClient.test(transport) }
}
