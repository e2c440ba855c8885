// Keys in the environment and in the files, and which of them win.
extension OracleFixture {
    private static let variables = [
        "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "env-secret",
    ]
    private static let config = """
        [default]
        aws_access_key_id = AKIDCONFIG
        aws_secret_access_key = config-secret
        [profile web]
        aws_access_key_id = AKIDWEBCONFIG
        aws_secret_access_key = web-config-secret
        aws_session_token = web-config-token
        [profile config-only]
        aws_access_key_id = AKIDONLY
        aws_secret_access_key = only-secret
        aws_session_token = only-token
        [profile bare]
        region = eu-west-1
        """
    private static let credentials = """
        [default]
        aws_access_key_id = AKIDFILE
        aws_secret_access_key = file-secret
        [web]
        aws_access_key_id = AKIDWEB
        aws_secret_access_key = web-secret
        [file-only]
        aws_access_key_id = AKIDFILEONLY
        aws_secret_access_key = file-only-secret
        aws_session_token = file-only-token
        [older]
        aws_access_key_id = AKIDOLDER
        aws_secret_access_key = older-secret
        aws_security_token = older-token
        [both]
        aws_access_key_id = AKIDBOTH
        aws_secret_access_key = both-secret
        aws_security_token = old
        aws_session_token = new
        [secretless]
        aws_access_key_id = AKIDSECRETLESS
        [keyless]
        aws_secret_access_key = keyless-secret
        """

    private static func files(
        _ name: String,
        _ environment: [String: String] = [:],
        adding others: [String: String] = [:]
    ) -> OracleFixture {
        OracleFixture(
            name,
            config: config,
            credentials: credentials,
            environment.merging(others) { $1 }
        )
    }

    static let keys: [OracleFixture] = [
        OracleFixture("nothing at all"),
        OracleFixture("keys in the environment", variables),
        OracleFixture(
            "keys and a token in the environment",
            variables.merging(["AWS_SESSION_TOKEN": "env-token"]) { $1 }
        ),
        OracleFixture(
            "the older name of the token",
            variables.merging(["AWS_SECURITY_TOKEN": "old-token"]) { $1 }
        ),
        OracleFixture(
            "both names of the token",
            variables.merging(["AWS_SECURITY_TOKEN": "old", "AWS_SESSION_TOKEN": "new"]) { $1 }
        )
        .differing(because: "the name that AWS documents wins over the one it has given up"),
        OracleFixture("a key without its secret", ["AWS_ACCESS_KEY_ID": "AKIDENV"]),
        OracleFixture("a secret without its key", ["AWS_SECRET_ACCESS_KEY": "env-secret"]),
        files(
            "an empty key counts as none",
            ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "env-secret"]
        ),
        OracleFixture(
            "keys with an end that is far",
            variables.merging(["AWS_CREDENTIAL_EXPIRATION": "@+7200@"]) { $1 }
        ),
        OracleFixture(
            "keys with an end that is near",
            variables.merging(["AWS_CREDENTIAL_EXPIRATION": "@+300@"]) { $1 }
        ),
        OracleFixture(
            "keys that have ended",
            variables.merging(["AWS_CREDENTIAL_EXPIRATION": "@-60@"]) { $1 }
        ),
        OracleFixture(
            "keys with an end that is none",
            variables.merging(["AWS_CREDENTIAL_EXPIRATION": "soon"]) { $1 }
        ),
        files("the environment beats the files", variables),
        files("the credentials file beats the config file"),
        files("a profile by variable", ["AWS_PROFILE": "web"]),
        files("a profile by its older variable", ["AWS_DEFAULT_PROFILE": "web"]),
        files("a profile by both", ["AWS_PROFILE": "config-only", "AWS_DEFAULT_PROFILE": "web"])
            .differing(because: "AWS_PROFILE wins, as in version 2 of the AWS CLI"),
        files("a profile by flag beats its variable", ["AWS_PROFILE": "web"])
            .asking(profile: "config-only"),
        files("a profile by variable leaves the environment first", variables)
            .with { $0.environment["AWS_PROFILE"] = "web" },
        files("a profile by flag turns the environment off", variables).asking(profile: "web"),
        files("a profile in the credentials file only", ["AWS_PROFILE": "file-only"]),
        files("the older name of the token in a file", ["AWS_PROFILE": "older"]),
        files("both names of the token in a file", ["AWS_PROFILE": "both"])
            .differing(because: "the name that AWS documents wins over the one it has given up"),
        files("a key without its secret in a file", ["AWS_PROFILE": "secretless"]),
        files("a secret without its key in a file", ["AWS_PROFILE": "keyless"]),
        files("a profile without any keys", ["AWS_PROFILE": "bare"]),
        files("a profile that is not there", ["AWS_PROFILE": "none"]),
        files("a flag that names a profile that is not there").asking(profile: "none"),
        files(
            "keys beside a profile that is not there",
            variables,
            adding: ["AWS_PROFILE": "none"]
        ),
        files("the default profile asked for by name", ["AWS_PROFILE": "default"]),
        OracleFixture("the default profile asked for and not there", ["AWS_PROFILE": "default"]),
        files("an empty variable for the profile", ["AWS_PROFILE": ""])
            .differing(because: "an empty variable counts as unset, here as everywhere"),
        files("an empty variable for the config file", ["AWS_CONFIG_FILE": ""]).with {
            $0.environment["AWS_PROFILE"] = "config-only"
        }.differing(because: "an empty variable counts as unset, here as everywhere"),
        files(
            "a config file that is not there",
            ["AWS_CONFIG_FILE": "/no/such/file", "AWS_SHARED_CREDENTIALS_FILE": "~/none"]
        ),
        files("a config file that is a directory", ["AWS_CONFIG_FILE": "@HOME@"])
            .differing(because: "a file that is named and cannot be read is a mistake"),
        OracleFixture(
            "files at other places",
            files: [
                "etc/config": "[profile away]\nregion = eu-north-1\n",
                "etc/keys": "[away]\naws_access_key_id = AKIDAWAY\naws_secret_access_key = s\n",
            ],
            [
                "AWS_CONFIG_FILE": "~/etc/config", "PLACE": "@HOME@/etc",
                "AWS_SHARED_CREDENTIALS_FILE": "${PLACE}/keys", "AWS_PROFILE": "away",
            ]
        ),
    ]
}
