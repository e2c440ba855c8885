import AWSRuntime
import AWSSigning
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

/// Credentials that end in the middle of a command.
struct CredentialRenewalTests {
    @Test(arguments: ["ExpiredToken", "ExpiredTokenException", "RequestExpired"])
    func `row 4: credentials that expire are renewed once and the call is signed anew`(
        _ code: String
    ) async throws {
        let transport = FakeTransport([
            .page("<value>a</value><nextToken>1</nextToken>"),
            .refusal(400, AWSError.Code(rawValue: code)),
            .page("<value>b</value>"),
        ])
        let pages = try await client(transport, tokens: ["one", "two"]).sendAllPages(PagedProbe())
        #expect(pages.map(\.value) == ["a", "b"])
        #expect(
            transport.requests.map { $0.headers["X-Amz-Security-Token"] } == ["one", "one", "two"]
        )
        #expect(Set(transport.requests.map { $0.headers["Authorization"] }).count == 3)
    }

    @Test func `row 4: what may happen once is repeated, for AWS refused before it looked`()
        async throws
    {
        let transport = FakeTransport([.refusal(400, "ExpiredToken"), .good])
        let client = client(transport, tokens: ["one", "two"])
        #expect(try await client.send(Probe(effect: .once)) == "7")
    }

    @Test func `row 4: credentials that nobody renews end the call with the way to new ones`()
        async throws
    {
        let transport = FakeTransport([.refusal(400, "ExpiredToken")])
        let error = try #require(await client(transport, tokens: ["one"]).failure(of: Probe()))
        #expect(error.kind == .denied)
        #expect(error.message == "EC2 refused Probe: said so (ExpiredToken)")
        #expect(
            error.hint
                == "the credentials from the test have expired: renew them there, for example "
                + "with 'aws sso login' or 'aws login', and repeat the command"
        )
    }

    @Test func `row 4: new credentials that are refused, too, end the call`() async {
        let expired = FakeTransport.Answer.refusal(400, "ExpiredToken")
        let transport = FakeTransport([expired, expired, .good])
        let client = client(transport, tokens: ["one", "two", "three"])
        #expect(await client.failure(of: Probe())?.code == "ExpiredToken")
        #expect(transport.requests.count == 2)
    }

    @Test func `row 4: a provider that cannot renew says why, and what helps`() async throws {
        let transport = FakeTransport([.refusal(400, "ExpiredToken")])
        let error = try #require(
            await client(transport, tokens: ["one", nil]).failure(of: Probe())
        )
        #expect(error.code == .notSent)
        #expect(error.kind == .denied)
        #expect(error.message == "cannot ask EC2 for Probe: the session is over")
        #expect(error.hint == "log in again")
        #expect(transport.requests.count == 1)
    }

    /// - Parameter tokens: The session tokens that the provider gives; at a nil it fails.
    private func client(_ transport: FakeTransport, tokens: [String?]) -> AWSClient {
        let over = AWSConfigurationError(
            "the session is over",
            kind: .denied,
            hint: "log in again"
        )
        let answers: [SuccessiveCredentials.Answer] = tokens.map { token in
            guard let token else { return .failure(over) }
            return .success(
                AWSCredentials(accessKeyID: "ASIA", secretAccessKey: "s", sessionToken: token)
            )
        }
        return AWSClient.test(transport, chain: CredentialChain([SuccessiveCredentials(answers)]))
    }
}
