import AWSRuntime
import AWSSigning
import HTTPTransport
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct WebIdentityCredentialsTests {
    private static let config = """
        [profile pod]
        role_arn = arn:aws:iam::123456789012:role/pod
        role_session_name = pod-1
        web_identity_token_file = TOKEN
        [profile half]
        web_identity_token_file = TOKEN
        [profile lost]
        role_arn = arn:aws:iam::123456789012:role/pod
        web_identity_token_file = /nowhere/token
        """
    private static let answer = AssumedRoleCredentialsTests.session(
        "ASIAPOD",
        by: "AssumeRoleWithWebIdentity"
    )

    private let time = ManualTime()

    @Test func `the token is exchanged without a signature and read again each time`()
        async throws
    {
        let home = try home()
        let transport = FakeTransport([Self.answer, Self.answer])
        let chain = try home.chain(["AWS_PROFILE": "pod"], transport: transport, time: time)
        #expect(try await chain.resolve().credentials.accessKeyID == "ASIAPOD")
        try home.write("second", to: "token")
        _ = try await chain.resolve()
        let bodies = transport.requests.map { String(decoding: $0.body, as: UTF8.self) }
        #expect(
            bodies.first
                == "Action=AssumeRoleWithWebIdentity&Version=2011-06-15"
                + "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fpod"
                + "&RoleSessionName=pod-1&WebIdentityToken=first"
        )
        #expect(bodies.last?.hasSuffix("WebIdentityToken=second") == true)
        #expect(transport.requests.allSatisfy { $0.headers["Authorization"] == nil })
    }

    @Test func `the environment comes before the profile`() async throws {
        let home = try home()
        let transport = FakeTransport([Self.answer])
        let chain = try home.chain(
            [
                "AWS_WEB_IDENTITY_TOKEN_FILE": "\(home.path)/token",
                "AWS_ROLE_ARN": "arn:aws:iam::1:role/env", "AWS_ROLE_SESSION_NAME": "env",
            ],
            transport: transport,
            time: time
        )
        #expect(try await chain.resolve().credentials.accessKeyID == "ASIAPOD")
        let body = String(decoding: try #require(transport.requests.first).body, as: UTF8.self)
        #expect(body.contains("role%2Fenv&RoleSessionName=env"))
    }

    @Test(arguments: [
        ("half", "no role_arn says which role"), ("lost", "/nowhere/token: no such file"),
    ])
    func `a token that cannot be used is an error that names it`(
        _ profile: String,
        _ words: String
    ) async throws {
        let chain = try home().chain(["AWS_PROFILE": profile], time: time)
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.contains("web_identity_token_file of profile \(profile)"))
        #expect(error.message.contains(words))
    }

    @Test func `a token that STS refuses is not shown`() async throws {
        let refusal = """
            <ErrorResponse><Error><Code>InvalidIdentityToken</Code><Message>bad</Message></Error>\
            </ErrorResponse>
            """
        let home = try home()
        let chain = try home.chain(
            ["AWS_PROFILE": "pod"],
            transport: FakeTransport([.status(400, refusal)]),
            time: time
        )
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.contains("bad (InvalidIdentityToken)"))
        #expect(!error.message.contains("first"))
    }

    private func home() throws -> TemporaryHome {
        let home = try TemporaryHome()
        let token = try home.write("first\n", to: "token")
        let config = Self.config.replacing("TOKEN", with: token.string)
        try home.write(config, to: ".aws/config")
        return home
    }
}
