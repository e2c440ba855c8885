import AWSRuntime
import AWSSigning
import FoundationEssentials
import HTTPTransport
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct SSOCredentialsTests {
    private static let config = """
        [profile work]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Admin
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = eu-west-1
        [profile old]
        sso_start_url = https://old.awsapps.com/start
        sso_region = us-east-2
        sso_account_id = 1
        sso_role_name = Reader
        [profile nowhere]
        sso_session = other
        sso_account_id = 1
        sso_role_name = Reader
        [profile half]
        sso_session = corp
        sso_account_id = 1
        [profile twofold]
        sso_session = corp
        sso_region = us-east-1
        sso_account_id = 1
        sso_role_name = Reader
        """
    private static let role = FakeTransport.Answer.status(
        200,
        """
        {"roleCredentials": {"accessKeyId": "ASIASSO", "secretAccessKey": "s", \
        "sessionToken": "t", "expiration": 1767326645000}}
        """
    )
    private static let workFile = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json"

    private let time = ManualTime()

    @Test func `a token becomes credentials of the role`() async throws {
        let transport = FakeTransport([Self.role])
        let home = try home(until: "2026-01-02T09:00:00Z")
        let found = try await chain(home, "work", transport).resolve()
        #expect(
            found.credentials
                == AWSCredentials(
                    accessKeyID: "ASIASSO",
                    secretAccessKey: "s",
                    sessionToken: "t",
                    expiration: time.now.addingTimeInterval(3600),
                    accountID: "123456789012"
                )
        )
        let request = try #require(transport.requests.first)
        #expect(
            request.url.description == "https://portal.sso.eu-west-1.amazonaws.com"
                + "/federation/credentials?role_name=Admin&account_id=123456789012"
        )
        #expect(request.headers["x-amz-sso_bearer_token"] == "the-token")
        #expect(request.headers["Authorization"] == nil)
    }

    @Test func `a token that ends soon is renewed and kept for others`() async throws {
        let renewed = FakeTransport.Answer.status(
            200,
            #"{"accessToken": "next", "expiresIn": 3600, "refreshToken": "again"}"#
        )
        let transport = FakeTransport([renewed, Self.role])
        let home = try home(until: "2026-01-02T03:14:05UTC")
        _ = try await chain(home, "work", transport).resolve()
        let requests = transport.requests
        #expect(requests.first?.url.description == "https://oidc.eu-west-1.amazonaws.com/token")
        #expect(
            String(decoding: try #require(requests.first).body, as: UTF8.self)
                == #"{"clientId":"client","clientSecret":"hidden","grantType":"refresh_token","#
                + #""refreshToken":"refresh"}"#
        )
        #expect(requests.last?.headers["x-amz-sso_bearer_token"] == "next")
        let path = home.path.appending(Self.workFile)
        let kept = try JSONValue(
            decoding: String(decoding: try ScratchDirectory.read(path), as: UTF8.self)
        )
        #expect(kept["accessToken"].text == "next")
        #expect(kept["refreshToken"].text == "again")
        #expect(kept["expiresAt"].text == "2026-01-02T04:04:05Z")
        #expect(kept["somethingNew"][1].text == "kept")
        #expect(try FileMode.of(path) == 0o600)
    }

    @Test func `a token that cannot be renewed serves to its end`() async throws {
        let refusal = FakeTransport.Answer.status(400, #"{"error": "invalid_grant"}"#)
        let transport = FakeTransport([refusal, Self.role])
        let home = try home(until: "2026-01-02T03:14:05Z")
        #expect(
            try await chain(home, "work", transport).resolve().credentials.accessKeyID == "ASIASSO"
        )
        #expect(transport.unusedAnswers == 0)
    }

    @Test(arguments: [
        (
            "2026-01-02T03:04:00Z", [FakeTransport.Answer.status(400, #"{"error":"x"}"#)],
            "has expired"
        ),
        ("2026-01-02T09:00:00Z", [.status(401, #"{"message":"gone"}"#)], "gone"),
    ])
    func `an end of the session names the command that helps`(
        _ end: String,
        _ answers: [FakeTransport.Answer],
        _ words: String
    ) async throws {
        let home = try home(until: end)
        let chain = try chain(home, "work", FakeTransport(answers))
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.contains("sso_session of profile work in "))
        #expect(error.message.contains(words))
        #expect(error.hint == "run 'aws sso login --profile work'")
        #expect(error.kind == .denied)
    }

    @Test(arguments: [
        ("nowhere", "there is no [sso-session other]"), ("half", "sso_role_name is not set"),
        ("twofold", "sso_region is another one there"), ("old", "there is no token in "),
    ])
    func `settings that do not suffice are an error`(
        _ profile: String,
        _ words: String
    ) async throws {
        let home = try home(until: "2026-01-02T09:00:00Z")
        let chain = try chain(home, profile, FakeTransport([]))
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.contains(words))
        #expect(error.message.contains("profile \(profile)"))
    }

    private func chain(
        _ home: TemporaryHome,
        _ profile: String,
        _ transport: FakeTransport
    ) throws -> CredentialChain {
        try home.chain(["AWS_PROFILE": profile], transport: transport, time: time)
    }

    private func home(until end: String) throws -> TemporaryHome {
        let home = try TemporaryHome(config: Self.config)
        try home.write(
            """
            {"accessToken": "the-token", "expiresAt": "\(end)", "clientId": "client", \
            "clientSecret": "hidden", "registrationExpiresAt": "2026-03-01T00:00:00Z", \
            "refreshToken": "refresh", "somethingNew": [1, "kept"]}
            """,
            to: Self.workFile
        )
        return home
    }
}
