import AWSSigning

// Tokens that `aws sso login` and `aws login` left.
extension OracleFixture {
    private static let config = """
        [sso-session corp]
        sso_start_url = https://corp.awsapps.com/start
        sso_region = eu-west-1
        sso_registration_scopes = sso:account:access
        [sso-session slim]
        sso_region = eu-west-1
        [profile work]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = Admin
        region = eu-west-3
        [profile forbidden]
        sso_session = corp
        sso_account_id = 123456789012
        sso_role_name = refused
        [profile role-over-sso]
        role_arn = arn:aws:iam::123456789012:role/over
        source_profile = work
        region = eu-west-3
        [profile lost]
        sso_session = other
        sso_account_id = 1
        sso_role_name = Reader
        [profile half]
        sso_session = corp
        sso_account_id = 1
        [profile slim]
        sso_session = slim
        sso_account_id = 1
        sso_role_name = Reader
        [profile twofold]
        sso_session = corp
        sso_region = us-east-1
        sso_account_id = 1
        sso_role_name = Reader
        [profile agreeing]
        sso_session = corp
        sso_region = eu-west-1
        sso_account_id = 1
        sso_role_name = Reader
        [profile session-only]
        sso_session = corp
        [profile keyed]
        sso_session = corp
        sso_account_id = 1
        sso_role_name = Reader
        aws_access_key_id = AKIDKEYED
        aws_secret_access_key = s
        [profile old]
        sso_start_url = https://old.awsapps.com/start
        sso_region = us-east-2
        sso_account_id = 1
        sso_role_name = Reader
        [profile old-half]
        sso_start_url = https://old.awsapps.com/start
        sso_account_id = 1
        sso_role_name = Reader
        [profile ada]
        login_session = arn:aws:iam::123456789012:user/ada
        region = eu-west-3
        [profile ada-without-region]
        login_session = arn:aws:iam::123456789012:user/ada
        [profile ada-keyed]
        login_session = arn:aws:iam::123456789012:user/ada
        region = eu-west-3
        aws_access_key_id = AKIDADA
        aws_secret_access_key = s
        """

    private static func sso(
        _ name: String,
        _ profile: String,
        until end: String? = "@+28800@",
        refresh: String = "good",
        token: String = "token",
        registered: String = "@+86400@",
        for login: String = "corp"
    ) -> OracleFixture {
        let path = ssoFile(login)
        let text = end.map { end in
            """
            {"startUrl": "https://corp.awsapps.com/start", "region": "eu-west-1", \
            "accessToken": "\(token)", "expiresAt": "\(end)", "clientId": "client", \
            "clientSecret": "hidden", "registrationExpiresAt": "\(registered)", \
            "refreshToken": "\(refresh)"}
            """
        }
        return OracleFixture(
            name,
            config: config,
            files: text.map { [path: $0] } ?? [:],
            ["AWS_PROFILE": profile]
        )
    }

    private static func ssoFile(_ login: String) -> String {
        let hash = MessageDigest.hexadecimal(MessageDigest.sha1(Array(login.utf8)))
        return ".aws/sso/cache/\(hash).json"
    }

    private static let oldLogin = "https://old.awsapps.com/start"
    private static let loginFile: String = {
        let session = Array("arn:aws:iam::123456789012:user/ada".utf8)
        return "\(MessageDigest.hexadecimal(MessageDigest.sha256(session))).json"
    }()

    /// Made for these tests.
    private static let proofKey = """
        -----BEGIN EC PRIVATE KEY-----\\n\
        MHcCAQEEIDz61gbbXA1gLH2fNafnI2tTLRp7AvFGAQW7Dg8/AkR0oAoGCCqGSM49\\n\
        AwEHoUQDQgAEJznuqjYYtTneIHyNz6TGw8Q1FE7PWlKBN6tUL0LP0xAnQzObHXF0\\n\
        37FrXiKvH55acpv1sJf+peYTZJEGO4n0qg==\\n\
        -----END EC PRIVATE KEY-----\\n
        """

    private static func login(
        _ name: String,
        _ profile: String = "ada",
        until end: String,
        refresh: String = "good",
        key: String = proofKey,
        in folder: String = ".aws/login/cache"
    ) -> OracleFixture {
        let text = """
            {"accessToken": {"accessKeyId": "ASIALOGIN", "secretAccessKey": "s", \
            "sessionToken": "t", "accountId": "123456789012", "expiresAt": "\(end)"}, \
            "tokenType": "aws_sigv4", "refreshToken": "\(refresh)", "idToken": "who", \
            "clientId": "arn:aws:signin:::devtools/same-device", "dpopKey": "\(key)"}
            """
        return OracleFixture(
            name,
            config: config,
            files: ["\(folder)/\(loginFile)": text],
            ["AWS_PROFILE": profile]
        ).with { $0.leaves = "\(folder)/\(loginFile)" }
    }

    static let tokens: [OracleFixture] = [
        sso("an SSO session", "work"),
        sso("an SSO session that ends soon is renewed", "work", until: "@+600@")
            .with { $0.leaves = ssoFile("corp") },
        sso("an SSO session that has ended is renewed", "work", until: "@-60@")
            .with { $0.leaves = ssoFile("corp") },
        sso(
            "an SSO session that ends soon and cannot be renewed",
            "work",
            until: "@+600@",
            refresh: "refused"
        ),
        sso(
            "an SSO session that has ended and cannot be renewed",
            "work",
            until: "@-60@",
            refresh: "refused"
        ),
        sso(
            "an SSO session whose registration has ended",
            "work",
            until: "@-60@",
            registered: "@-60@"
        ),
        sso("an SSO session that nobody has opened", "work", until: nil),
        sso("an SSO session that was closed elsewhere", "work", token: "refused"),
        sso("an SSO role that is forbidden", "forbidden"),
        sso("a role on top of SSO", "role-over-sso"),
        sso("an SSO session that is not described", "lost"),
        sso("an SSO profile without a role", "half"),
        sso("an SSO session without a start address", "slim", for: "slim"),
        sso("an SSO profile that contradicts its session", "twofold"),
        sso("an SSO profile that repeats its session", "agreeing"),
        sso("an SSO session without an account is for other things", "session-only"),
        sso("SSO beats keys in the same profile", "keyed"),
        sso("the older form of SSO", "old", for: oldLogin),
        sso("the older form of SSO is not renewed", "old", until: "@-60@", for: oldLogin),
        sso("the older form of SSO ends soon", "old", until: "@+60@", for: oldLogin),
        sso("the older form of SSO without a region", "old-half", for: oldLogin),
        sso("the older form of SSO without a token", "old", until: nil),
        OracleFixture(
            "a token file of SSO that is no JSON",
            config: config,
            files: [ssoFile("corp"): "{"],
            ["AWS_PROFILE": "work"]
        ),
        login("a login session", until: "@+800@"),
        login("a login session that ends soon is renewed", until: "@+120@"),
        login("a login session that has ended is renewed", until: "@-60@"),
        login("a login session that cannot be renewed", until: "@-60@", refresh: "refused"),
        login("a login session with a damaged key", until: "@-60@", key: "none"),
        login("a login session without a region", "ada-without-region", until: "@-60@"),
        login("a login session beats keys in the config file", "ada-keyed", until: "@+800@"),
        login("a login session at another place", until: "@+800@", in: "logins")
            .with { $0.environment["AWS_LOGIN_CACHE_DIRECTORY"] = "~/logins" },
        OracleFixture(
            "a login session that nobody has opened",
            config: config,
            ["AWS_PROFILE": "ada"]
        ),
    ]
}
