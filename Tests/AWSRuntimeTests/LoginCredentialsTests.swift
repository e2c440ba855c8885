import AWSRuntime
import AWSSigning
import Foundation
import HTTPTransport
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct LoginCredentialsTests {
    /// Made for these tests.
    private static let key = """
        -----BEGIN EC PRIVATE KEY-----\\n\
        MHcCAQEEIDz61gbbXA1gLH2fNafnI2tTLRp7AvFGAQW7Dg8/AkR0oAoGCCqGSM49\\n\
        AwEHoUQDQgAEJznuqjYYtTneIHyNz6TGw8Q1FE7PWlKBN6tUL0LP0xAnQzObHXF0\\n\
        37FrXiKvH55acpv1sJf+peYTZJEGO4n0qg==\\n\
        -----END EC PRIVATE KEY-----\\n
        """
    private static let config = """
        [profile ada]
        login_session = arn:aws:iam::123456789012:user/ada
        """
    private static let file =
        "397b11bbda6668a5a8d17d42c9103637"
        + "3f4a376627089c204bef61ce0ae993c2.json"
    private static let renewal = FakeTransport.Answer.status(
        200,
        """
        {"accessToken": {"accessKeyId": "ASIANEW", "secretAccessKey": "s2", "sessionToken": "t2"}, \
        "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "again"}
        """
    )

    private let time = ManualTime()

    @Test func `a session with time left is used as it is`() async throws {
        let home = try home(until: "2026-01-02T03:14:05Z")
        let found = try await chain(home, FakeTransport([])).resolve()
        #expect(
            found.credentials
                == AWSCredentials(
                    accessKeyID: "ASIAOLD",
                    secretAccessKey: "s",
                    sessionToken: "t",
                    expiration: time.now.addingTimeInterval(600),
                    accountID: "123456789012"
                )
        )
    }

    @Test func `a session that ends soon is renewed and kept for others`() async throws {
        let home = try home(until: "2026-01-02T03:08:00Z")
        let transport = FakeTransport([Self.renewal])
        let found = try await chain(home, transport).resolve()
        #expect(found.credentials.accessKeyID == "ASIANEW")
        #expect(found.credentials.accountID == "123456789012")
        let request = try #require(transport.requests.first)
        #expect(
            request.url.description == "https://eu-central-1.signin.aws.amazon.com/v1/token"
        )
        #expect(!request.isRepeatable)
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"clientId":"client","grantType":"refresh_token","refreshToken":"refresh"}"#
        )
        let path = home.path.appending(".aws/login/cache").appending(Self.file)
        let kept = try JSONValue(
            decoding: String(decoding: try ScratchDirectory.read(path), as: UTF8.self)
        )
        #expect(kept["accessToken"]["secretAccessKey"].text == "s2")
        #expect(kept["accessToken"]["expiresAt"].text == "2026-01-02T03:19:05Z")
        #expect(kept["refreshToken"].text == "again")
        #expect(kept["idToken"].text == "who")
    }

    @Test func `the proof is of this key, this request and this moment`() async throws {
        let home = try home(until: "2026-01-02T03:00:00Z")
        let transport = FakeTransport([Self.renewal])
        _ = try await chain(home, transport).resolve()
        let proof = try #require(transport.requests.first?.headers["DPoP"])
        let parts = try proof.split(separator: ".").map { try Self.bytes($0) }
        #expect(parts.count == 3)
        let header = try JSONValue(decoding: String(decoding: parts[0], as: UTF8.self))
        #expect(header["typ"].text == "dpop+jwt")
        #expect(header["alg"].text == "ES256")
        #expect(header["jwk"]["x"].text == "JznuqjYYtTneIHyNz6TGw8Q1FE7PWlKBN6tUL0LP0xA")
        let claims = try JSONValue(decoding: String(decoding: parts[1], as: UTF8.self))
        #expect(claims["htm"].text == "POST")
        #expect(claims["htu"].text == "https://eu-central-1.signin.aws.amazon.com/v1/token")
        #expect(claims["iat"] == .number(1_767_323_045))
        #expect(parts[2].count == 64)
    }

    @Test(arguments: [
        ("{}", "there is no session in "), ("no JSON", "there is no session in "),
        (session(until: "2026-01-02T03:00:00Z", key: "none"), " is damaged"),
    ])
    func `a session that cannot be used is an error that names its file`(
        _ text: String,
        _ words: String
    ) async throws {
        let home = try TemporaryHome(config: Self.config)
        try home.write(text, to: ".aws/login/cache/\(Self.file)")
        let chain = try chain(home, FakeTransport([]))
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.hasPrefix("cannot use login_session of profile ada in "))
        #expect(error.message.contains(words))
        #expect(error.message.contains(Self.file))
        #expect(error.hint == "run 'aws login --profile ada'")
    }

    @Test func `a refusal names the command that helps`() async throws {
        let home = try home(until: "2026-01-02T03:00:00Z")
        let refusal = FakeTransport.Answer.status(
            401,
            #"{"error": "TOKEN_EXPIRED", "message": "the session is over"}"#,
            headers: ["x-amzn-errortype": "AccessDeniedException"]
        )
        let chain = try chain(home, FakeTransport([refusal]))
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.hasSuffix("the session is over (AccessDeniedException)"))
        #expect(error.hint == "run 'aws login --profile ada'")
    }

    private func chain(
        _ home: TemporaryHome,
        _ transport: FakeTransport
    ) throws -> CredentialChain {
        try home.chain(["AWS_PROFILE": "ada"], transport: transport, time: time)
    }

    private func home(until end: String) throws -> TemporaryHome {
        let home = try TemporaryHome(config: Self.config)
        try home.write(Self.session(until: end), to: ".aws/login/cache/\(Self.file)")
        return home
    }

    private static func session(until end: String, key: String = key) -> String {
        """
        {"accessToken": {"accessKeyId": "ASIAOLD", "secretAccessKey": "s", "sessionToken": "t", \
        "accountId": "123456789012", "expiresAt": "\(end)"}, "tokenType": "aws_sigv4", \
        "clientId": "client", "refreshToken": "refresh", "idToken": "who", "dpopKey": "\(key)"}
        """
    }

    private static func bytes(_ part: Substring) throws -> [UInt8] {
        let plain = part.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.count % 4) % 4)
        return Array(try #require(Data(base64Encoded: plain + padding)))
    }
}
