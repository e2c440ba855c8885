import AWSRuntime
import AWSSigning
import HTTPTransport
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct ContainerCredentialsTests {
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let answer = FakeTransport.Answer.status(
        200,
        """
        {"AccessKeyId": "ASIATASK", "SecretAccessKey": "s", "Token": "t", \
        "Expiration": "2026-01-02T15:04:05Z", "AccountId": "42"}
        """
    )

    private let time = ManualTime()

    @Test func `a path is asked for at the address of ECS`() async throws {
        let transport = FakeTransport([Self.answer])
        let chain = try TemporaryHome().chain(
            [Self.relative: "/v2/credentials/x?id=1", Self.full: "http://localhost/not-this"],
            transport: transport,
            time: time
        )
        let found = try await chain.resolve()
        #expect(found.credentials.accessKeyID == "ASIATASK")
        #expect(found.credentials.sessionToken == "t")
        #expect(found.credentials.accountID == "42")
        let request = try #require(transport.requests.first)
        #expect(request.url.description == "http://169.254.170.2/v2/credentials/x?id=1")
        #expect(request.headers["Authorization"] == nil)
        #expect(!request.usesProxy)
        #expect(request.limits.total == .seconds(2))
    }

    @Test(arguments: [
        "http://localhost:90/c", "http://127.0.0.9/c", "http://[::1]/c", "http://169.254.170.2/c",
        "http://169.254.170.23/c", "http://[fd00:ec2::23]/c", "https://example.com/c",
    ])
    func `an address is asked where nobody can listen`(_ address: String) async throws {
        let transport = FakeTransport([Self.answer])
        let chain = try TemporaryHome().chain([Self.full: address], transport: transport)
        _ = try await chain.resolve()
        #expect(transport.requests.first?.url.description == address)
    }

    @Test(arguments: [
        "http://example.com/c", "http://128.0.0.1/c", "http://127.0.0.1.example.com/c",
        "http://169.254.169.254/c", "ftp://localhost/", "nonsense",
    ])
    func `credentials do not go in the clear over a network`(_ address: String) async throws {
        let transport = FakeTransport([Self.answer])
        let chain = try TemporaryHome().chain([Self.full: address], transport: transport)
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.hasPrefix("cannot use \(Self.full): "))
        #expect(transport.requests.isEmpty)
    }

    @Test func `the token in a file beats the one in the environment`() async throws {
        let home = try TemporaryHome()
        let file = try home.write("from-file", to: "token")
        let transport = FakeTransport([Self.answer, Self.answer])
        var variables = [
            Self.full: "http://localhost/c", "AWS_CONTAINER_AUTHORIZATION_TOKEN": "from-variable",
        ]
        _ = try await home.chain(variables, transport: transport).resolve()
        variables["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = file.string
        _ = try await home.chain(variables, transport: transport).resolve()
        #expect(
            transport.requests.map { $0.headers["Authorization"] } == [
                "from-variable", "from-file",
            ]
        )
    }

    @Test(arguments: ["a\r\nX-Evil: 1", "line\n"])
    func `a token with a line break is refused and not shown`(_ token: String) async throws {
        let chain = try TemporaryHome().chain([
            Self.full: "http://localhost/c", "AWS_CONTAINER_AUTHORIZATION_TOKEN": token,
        ])
        let error = try #require(await failure { try await chain.resolve() })
        #expect(
            error.message
                == "cannot use AWS_CONTAINER_AUTHORIZATION_TOKEN: "
                + "a header cannot hold a line break"
        )
    }

    @Test func `trouble is waited out twice`() async throws {
        let transport = FakeTransport([
            .status(500, "secret"), .failed(.timedOut, reachedServer: true), Self.answer,
        ])
        let chain = try TemporaryHome().chain(
            [Self.relative: "/c"],
            transport: transport,
            time: time
        )
        #expect(try await chain.resolve().credentials.accessKeyID == "ASIATASK")
        #expect(time.slept == [.seconds(1), .seconds(1)])
    }

    @Test(arguments: [
        (FakeTransport.Answer.status(404, "secret"), "answered with status 404"),
        (.status(200, "secret"), "did not answer with a JSON object"),
        (.failed(.unreachable, reachedServer: false), "did not answer: as the test says"),
    ])
    func `a container that gives none is an error`(
        _ answer: FakeTransport.Answer,
        _ words: String
    ) async throws {
        let chain = try TemporaryHome().chain(
            [Self.relative: "/c"],
            transport: FakeTransport([answer, answer, answer]),
            time: time
        )
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message == "cannot use \(Self.relative): 169.254.170.2 \(words)")
    }
}
