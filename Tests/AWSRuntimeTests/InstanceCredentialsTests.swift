import AWSRuntime
import AWSSigning
import FoundationEssentials
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

struct InstanceCredentialsTests {
    private static let token = FakeTransport.Answer.status(200, "the-token")
    private static let role = FakeTransport.Answer.status(200, "worker")

    private let time = ManualTime()

    @Test func `the role's credentials are asked for in three steps`() async throws {
        let transport = FakeTransport([Self.token, Self.role, Self.credentials()])
        let found = try await TemporaryHome().chain(transport: transport, time: time).resolve()
        #expect(found.credentials.accessKeyID == "ASIAINSTANCE")
        #expect(found.provider == "the role of this instance")
        let requests = transport.requests
        #expect(
            requests.map { "\($0.method) \($0.url)" } == [
                "PUT http://169.254.169.254/latest/api/token",
                "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/",
                "GET http://169.254.169.254/latest/meta-data/iam/security-credentials/worker",
            ]
        )
        #expect(requests[0].headers["X-aws-ec2-metadata-token-ttl-seconds"] == "21600")
        #expect(requests[2].headers["X-aws-ec2-metadata-token"] == "the-token")
        #expect(requests.allSatisfy { !$0.usesProxy && $0.limits.total == .seconds(1) })
    }

    @Test func `settings say where, how often and how long`() async throws {
        let home = try TemporaryHome(
            config: """
                [default]
                metadata_service_timeout = 7
                ec2_metadata_service_endpoint_mode = IPv6
                """
        )
        let lost = FakeTransport.Answer.failed(.timedOut, reachedServer: false)
        let transport = FakeTransport([lost, Self.token, Self.role, Self.credentials()])
        let variables = ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "2"]
        _ = try await home.chain(variables, transport: transport, time: time).resolve()
        #expect(transport.requests.first?.url.host == "[fd00:ec2::254]")
        #expect(transport.requests.first?.limits.total == .seconds(7))
        let own = FakeTransport([Self.token, Self.role, Self.credentials()])
        _ = try await home.chain(
            ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:99/x"],
            transport: own,
            time: time
        ).resolve()
        #expect(own.requests.first?.url.description == "http://127.0.0.1:99/x/latest/api/token")
    }

    @Test(arguments: [
        ([FakeTransport.Answer.status(404)], "answered with status 404"),
        ([.failed(.timedOut, reachedServer: false)], "does not answer: as the test says"),
        ([.status(200, "a b")], "gave a token that cannot be used"),
        ([token, .status(404)], "answered with status 404"),
        ([token, role, .status(200, "{}")], "gave no credentials of role worker"),
        (
            [token, role, .status(200, #"{"Code":"AssumeRoleUnauthorizedAccess"}"#)],
            "gave no credentials of role worker"
        ),
        ([token, role, .status(200, "<html>")], "answered with status 200"),
    ])
    func `a machine without a role has no credentials and says why`(
        _ answers: [FakeTransport.Answer],
        _ words: String
    ) async throws {
        let chain = try TemporaryHome().chain(transport: FakeTransport(answers), time: time)
        let survey = await chain.survey()
        #expect(try survey.outcome.get() == nil)
        #expect(survey.skipped.last?.reason == "the metadata service \(words)")
    }

    @Test func `the service is not asked where it is turned off`() async throws {
        let transport = FakeTransport([])
        let chain = try TemporaryHome().chain(
            ["AWS_EC2_METADATA_DISABLED": "True"],
            transport: transport
        )
        let reason = await chain.survey().skipped.last?.reason
        #expect(reason == "the metadata service is turned off by AWS_EC2_METADATA_DISABLED")
        #expect(transport.requests.isEmpty)
    }

    @Test(arguments: [
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", "nowhere"),
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "ipv5"),
        ("AWS_METADATA_SERVICE_NUM_ATTEMPTS", "many"), ("AWS_METADATA_SERVICE_TIMEOUT", "0"),
    ])
    func `a setting that makes no sense is an error`(
        _ name: String,
        _ value: String
    ) async throws {
        let chain = try TemporaryHome().chain([name: value])
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.hasPrefix("cannot use \(name): "))
    }

    @Test func `credentials that the service failed to renew go on working`() async throws {
        let old = Self.credentials(until: "2026-01-02T03:00:00Z")
        let transport = FakeTransport([Self.token, Self.role, old])
        let found = try await TemporaryHome().chain(transport: transport, time: time).resolve()
        let end = try #require(found.credentials.expiration)
        #expect(1020...1500 ~= end.timeIntervalSince(time.now))
    }

    private static func credentials(
        until end: String = "2026-01-02T09:04:05Z"
    ) -> FakeTransport.Answer {
        .status(
            200,
            """
            {"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIAINSTANCE", \
            "SecretAccessKey": "s", "Token": "t", "Expiration": "\(end)"}
            """
        )
    }
}
