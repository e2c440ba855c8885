import AWSRuntime
import AWSSigning
import FoundationEssentials
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Synchronization
import SystemPackage
import Testing

struct AssumedRoleCredentialsTests {
    private static let keys = """
        [base]
        aws_access_key_id = AKIDBASE
        aws_secret_access_key = base-secret
        """
    private static let config = """
        [profile web]
        role_arn = arn:aws:iam::123456789012:role/web
        source_profile = base
        [profile full]
        role_arn = arn:aws:iam::123456789012:role/full
        source_profile = base
        external_id = outside
        role_session_name = me@home
        duration_seconds = 3600
        [profile chained]
        role_arn = arn:aws:iam::123456789012:role/last
        source_profile = web
        [profile self]
        role_arn = arn:aws:iam::123456789012:role/self
        source_profile = self
        aws_access_key_id = AKIDSELF
        aws_secret_access_key = self-secret
        [profile circle]
        role_arn = arn:aws:iam::123456789012:role/a
        source_profile = circle2
        [profile circle2]
        role_arn = arn:aws:iam::123456789012:role/b
        source_profile = circle
        [profile narcissus]
        role_arn = arn:aws:iam::123456789012:role/n
        source_profile = narcissus
        [profile both]
        role_arn = arn:aws:iam::123456789012:role/x
        source_profile = base
        credential_source = Environment
        [profile neither]
        role_arn = arn:aws:iam::123456789012:role/x
        [profile lost]
        role_arn = arn:aws:iam::123456789012:role/x
        source_profile = nowhere
        [profile bare]
        region = eu-central-1
        [profile unkeyed]
        role_arn = arn:aws:iam::123456789012:role/x
        source_profile = bare
        [profile variables]
        role_arn = arn:aws:iam::123456789012:role/x
        credential_source = Environment
        [profile unknown]
        role_arn = arn:aws:iam::123456789012:role/x
        credential_source = environment
        [profile mfa]
        role_arn = arn:aws:iam::123456789012:role/mfa
        source_profile = base
        mfa_serial = arn:aws:iam::123456789012:mfa/me
        """

    private let time = ManualTime()

    @Test func `a role is assumed with the keys of its source profile`() async throws {
        let transport = FakeTransport([Self.session("ASIAWEB", until: "2026-01-02T04:04:05Z")])
        let found = try await resolve("web", transport)
        #expect(
            found
                == AWSCredentials(
                    accessKeyID: "ASIAWEB",
                    secretAccessKey: "role-secret",
                    sessionToken: "role-token",
                    expiration: time.now.addingTimeInterval(3600),
                    accountID: "123456789012"
                )
        )
        let request = try #require(transport.requests.first)
        #expect(request.url.description == "https://sts.eu-central-1.amazonaws.com/")
        #expect(
            request.headers["Authorization"]?.contains("AKIDBASE/20260102/eu-central-1/sts") == true
        )
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "Action=AssumeRole&Version=2011-06-15"
                + "&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fweb"
                + "&RoleSessionName=spot-1767323045"
        )
    }

    @Test func `everything that the profile says goes into the request`() async throws {
        let transport = FakeTransport([Self.session("ASIAFULL")])
        _ = try await resolve("full", transport)
        let body = String(decoding: try #require(transport.requests.first).body, as: UTF8.self)
        #expect(
            body.hasSuffix(
                "&RoleSessionName=me%40home&DurationSeconds=3600&ExternalId=outside"
            )
        )
    }

    @Test func `a chain of roles is walked from its end`() async throws {
        let transport = FakeTransport([Self.session("ASIAWEB"), Self.session("ASIALAST")])
        #expect(try await resolve("chained", transport).accessKeyID == "ASIALAST")
        let signers = transport.requests.map { $0.headers["Authorization"] ?? "" }
        #expect(signers.map { $0.contains("Credential=AKIDBASE/") } == [true, false])
        #expect(signers.map { $0.contains("Credential=ASIAWEB/") } == [false, true])
    }

    @Test func `a profile may name itself for the keys that stand in it`() async throws {
        let transport = FakeTransport([Self.session("ASIASELF")])
        #expect(try await resolve("self", transport).accessKeyID == "ASIASELF")
        let signer = transport.requests.first?.headers["Authorization"]
        #expect(signer?.contains("AKIDSELF") == true)
    }

    @Test func `the environment can be the source even beside an explicit profile`() async throws {
        let transport = FakeTransport([Self.session("ASIAX")])
        let home = try TemporaryHome(config: Self.config)
        let chain = try home.chain(
            ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"],
            profileFlag: "variables",
            transport: transport,
            time: time
        )
        #expect(try await chain.resolve().credentials.accessKeyID == "ASIAX")
        #expect(
            transport.requests.first?.headers["Authorization"]?.contains("AKIDENV") == true
        )
    }

    @Test(arguments: [
        ("circle", "circle → circle2 → circle"),
        ("narcissus", "narcissus → narcissus"),
        ("both", "exclude each other"),
        ("neither", "neither source_profile nor credential_source"),
        ("lost", "there is no source_profile nowhere"),
        ("unkeyed", "its source_profile bare has no credentials"),
        ("variables", "AWS_ACCESS_KEY_ID is not set"),
        ("unknown", "there is no source called environment"),
        ("mfa", "nobody can be asked"),
    ])
    func `a role without a usable source is an error that names the key`(
        _ profile: String,
        _ words: String
    ) async throws {
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let chain = try home.chain(["AWS_PROFILE": profile], time: time)
        let error = try #require(await failure { try await chain.resolve() })
        #expect(error.message.contains(words))
        #expect(error.message.contains(" of profile "))
        #expect(error.message.contains("/.aws/config"))
        #expect(error.kind == .denied)
    }

    @Test func `what STS refuses is told with the profile and the request`() async throws {
        let refusal = """
            <ErrorResponse><Error><Code>AccessDenied</Code><Message>not you</Message></Error>\
            <RequestId>req-9</RequestId></ErrorResponse>
            """
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let chain = try home.chain(
            ["AWS_PROFILE": "web"],
            transport: FakeTransport([.status(403, refusal)]),
            time: time
        )
        let error = try #require(await failure { try await chain.resolve() })
        #expect(
            error.message
                == "cannot use role_arn of profile web in \(home.path)/.aws/config: "
                + "STS refused AssumeRole: not you (AccessDenied)"
        )
        #expect(error.kind == .denied)
        #expect(error.requestID == "req-9")
        #expect(!"\(error)".contains("base-secret"))
    }

    @Test func `a session is kept for the next command in a private file`() async throws {
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let transport = FakeTransport([
            Self.session("ASIAONE", until: "2026-01-02T04:04:05Z"), Self.session("ASIATWO"),
        ])
        func key() async throws -> String {
            let context = try home.context(
                ["AWS_PROFILE": "web"],
                transport: transport,
                keepsSessions: true,
                time: time
            )
            return try await CredentialChain(context).resolve().credentials.accessKeyID
        }
        #expect(try await key() == "ASIAONE")
        #expect(try await key() == "ASIAONE")
        let files = PeerSuites.names(in: home.path.appending("sessions"))
        #expect(files.count == 1)
        let path = home.path.appending("sessions").appending(try #require(files.first))
        #expect(try FileMode.of(path) == 0o600)
        // Less than fifteen minutes are left.
        time.advance(by: .seconds(2701))
        #expect(try await key() == "ASIATWO")
        #expect(transport.unusedAnswers == 0)
    }

    @Test func `a session that AWS refuses is forgotten in its file too`() async throws {
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let transport = FakeTransport([Self.session("ASIAONE"), Self.session("ASIATWO")])
        let context = try home.context(
            ["AWS_PROFILE": "web"],
            transport: transport,
            keepsSessions: true,
            time: time
        )
        let cache = CredentialCache(CredentialChain(context), time: time)
        await cache.forget(try await cache.credentials())
        #expect(try await cache.credentials().accessKeyID == "ASIATWO")
    }

    @Test func `a code is asked for once and goes into the request`() async throws {
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let transport = FakeTransport([
            Self.session("ASIAMFA", until: "2026-01-02T04:04:05Z"),
            Self.session("ASIALATER"),
        ])
        let devices = Mutex<[String]>([])
        let codes = MFACodes { device in
            devices.withLock { $0.append(device) }
            return " 123456\n"
        }
        let context = try home.context(
            ["AWS_PROFILE": "mfa"],
            transport: transport,
            codes: codes,
            time: time
        )
        let cache = CredentialCache(CredentialChain(context), time: time)
        #expect(try await cache.credentials().accessKeyID == "ASIAMFA")
        #expect(devices.withLock { $0 } == ["arn:aws:iam::123456789012:mfa/me"])
        let request = try #require(transport.requests.first)
        #expect(
            String(decoding: request.body, as: UTF8.self).hasSuffix(
                "&SerialNumber=arn%3Aaws%3Aiam%3A%3A123456789012%3Amfa%2Fme&TokenCode=123456"
            )
        )
        #expect(!request.isRepeatable)
        // In the middle of a command nobody is asked again.
        time.advance(by: .seconds(3500))
        let error = try #require(await failure { try await cache.credentials() })
        #expect(error.message.contains("it would want another code"))
    }

    @Test func `a question that fails says that a terminal would help`() async throws {
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let codes = MFACodes { _ in throw GeneralFailure(.usage, "there is no terminal") }
        let context = try home.context(["AWS_PROFILE": "mfa"], codes: codes, time: time)
        let error = try #require(await failure { try await CredentialChain(context).resolve() })
        #expect(error.message.contains("there is no terminal"))
        #expect(error.hint?.contains("terminal first") == true)
    }

    private func resolve(
        _ profile: String,
        _ transport: FakeTransport
    ) async throws -> AWSCredentials {
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let chain = try home.chain(["AWS_PROFILE": profile], transport: transport, time: time)
        return try await chain.resolve().credentials
    }

    static func session(
        _ key: String,
        until end: String = "2026-01-02T15:04:05Z",
        by operation: String = "AssumeRole"
    ) -> FakeTransport.Answer {
        .status(
            200,
            """
            <\(operation)Response><\(operation)Result><AssumedRoleUser>\
            <Arn>arn:aws:sts::123456789012:assumed-role/web/s</Arn></AssumedRoleUser>\
            <Credentials><AccessKeyId>\(key)</AccessKeyId>\
            <SecretAccessKey>role-secret</SecretAccessKey><SessionToken>role-token</SessionToken>\
            <Expiration>\(end)</Expiration></Credentials></\(operation)Result>\
            </\(operation)Response>
            """
        )
    }
}
