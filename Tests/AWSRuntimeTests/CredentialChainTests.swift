import AWSRuntime
import AWSSigning
import FoundationEssentials
import SpotSupport
import SystemPackage
import Testing

struct CredentialChainTests {
    private static let keys = """
        [default]
        aws_access_key_id = AKIDFILE
        aws_secret_access_key = file-secret
        [temporary]
        aws_access_key_id = ASIAFILE
        aws_secret_access_key = file-secret
        aws_session_token = file-token
        [half]
        aws_access_key_id = AKIDHALF
        """
    private static let config = """
        [profile static]
        aws_access_key_id = AKIDCONFIG
        aws_secret_access_key = config-secret
        [profile role]
        role_arn = arn:aws:iam::1:role/x
        [profile process]
        credential_process = /bin/true
        """

    @Test(
        arguments: [
            (["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"], nil, "AKIDENV"),
            (
                [
                    "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s",
                    "AWS_PROFILE": "temporary",
                ], nil, "AKIDENV"
            ),
            (
                ["AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s"], "temporary",
                "ASIAFILE"
            ),
            (["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "s"], nil, "AKIDFILE"),
            ([:], nil, "AKIDFILE"),
            (["AWS_PROFILE": "static"], nil, "AKIDCONFIG"),
        ] as [([String: String], String?, String)]
    )
    func `the first provider that applies wins`(
        _ environment: [String: String],
        _ profile: String?,
        _ key: String
    ) async throws {
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let chain = try home.chain(environment, profileFlag: profile)
        let resolution = try await chain.resolve()
        #expect(resolution.credentials.accessKeyID == key)
    }

    @Test func `everything a provider knows is taken over`() async throws {
        let home = try TemporaryHome(credentials: Self.keys)
        let fromFile = try await home.chain(["AWS_PROFILE": "temporary"]).resolve()
        #expect(fromFile.credentials.sessionToken == "file-token")
        #expect(fromFile.credentials.secretAccessKey == "file-secret")
        let fromEnvironment = try await home.chain([
            "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
            "AWS_CREDENTIAL_EXPIRATION": "2026-11-21T10:52:00Z", "AWS_ACCOUNT_ID": "1",
        ]).resolve()
        #expect(
            fromEnvironment.credentials
                == AWSCredentials(
                    accessKeyID: "A",
                    secretAccessKey: "s",
                    sessionToken: "t",
                    expiration: Date(timeIntervalSince1970: 1_795_258_320),
                    accountID: "1"
                )
        )
    }

    @Test func `the chain tells why each provider did not apply`() async throws {
        let home = try TemporaryHome(credentials: Self.keys)
        let resolution = try await home.chain().resolve()
        let path = home.path.appending(".aws/credentials")
        #expect(resolution.provider == "profile default in \(path)")
        #expect(resolution.skipped.first?.provider == "the environment")
        #expect(resolution.skipped.first?.reason == "AWS_ACCESS_KEY_ID is not set")
    }

    @Test func `no credentials at all are an error, and every reason is known`() async throws {
        let home = try TemporaryHome()
        let chain = try home.chain()
        await #expect {
            try await chain.resolve()
        } throws: { error in
            let failure = error as? AWSConfigurationError
            return failure?.kind == .denied
                && failure?.message.hasPrefix("there are no AWS credentials: ") == true
                && failure?.hint?.contains("aws configure") == true
        }
        let reasons = await chain.survey().skipped.map(\.reason)
        #expect(reasons.count == 10)
        #expect(reasons.first == "AWS_ACCESS_KEY_ID is not set")
        #expect(reasons[4].contains("has no keys in"))
    }

    @Test(arguments: [
        (["AWS_ACCESS_KEY_ID": "AKIDENV"], "AWS_SECRET_ACCESS_KEY"),
        (["AWS_PROFILE": "half"], "aws_secret_access_key"),
        (["AWS_PROFILE": "role"], "role_arn"),
        (["AWS_PROFILE": "process"], "credential_process"),
        (
            [
                "AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "s",
                "AWS_CREDENTIAL_EXPIRATION": "soon",
            ], "AWS_CREDENTIAL_EXPIRATION"
        ),
    ])
    func `a provider that applies but is broken ends the search`(
        _ environment: [String: String],
        _ word: String
    ) async throws {
        let home = try TemporaryHome(config: Self.config, credentials: Self.keys)
        let chain = try home.chain(environment)
        await #expect {
            try await chain.resolve()
        } throws: { error in
            "\(error)".contains(word) && (error as? any Failure)?.kind == .denied
        }
    }
}
