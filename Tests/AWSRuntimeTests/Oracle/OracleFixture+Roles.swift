// Roles that are assumed with other credentials or with a token in a file.
extension OracleFixture {
    private static let config = """
        [default]
        region = eu-central-1
        [profile web]
        role_arn = arn:aws:iam::123456789012:role/web
        source_profile = base
        region = eu-west-3
        [profile full]
        role_arn = arn:aws:iam::123456789012:role/full
        source_profile = base
        external_id = outside
        role_session_name = me@home
        duration_seconds = 3600
        region = eu-west-3
        [profile odd-duration]
        role_arn = arn:aws:iam::123456789012:role/odd
        source_profile = base
        duration_seconds = an hour
        region = eu-west-3
        [profile no-region]
        role_arn = arn:aws:iam::123456789012:role/web
        source_profile = base
        [profile chained]
        role_arn = arn:aws:iam::123456789012:role/last
        source_profile = web
        region = eu-west-3
        [profile self]
        role_arn = arn:aws:iam::123456789012:role/self
        source_profile = self
        aws_access_key_id = AKIDSELF
        aws_secret_access_key = self-secret
        region = eu-west-3
        [profile keyed-source]
        role_arn = arn:aws:iam::123456789012:role/outer
        source_profile = self
        region = eu-west-3
        [profile circle]
        role_arn = arn:aws:iam::123456789012:role/a
        source_profile = circle2
        region = eu-west-3
        [profile circle2]
        role_arn = arn:aws:iam::123456789012:role/b
        source_profile = circle
        [profile narcissus]
        role_arn = arn:aws:iam::123456789012:role/n
        source_profile = narcissus
        region = eu-west-3
        [profile two-sources]
        role_arn = arn:aws:iam::123456789012:role/x
        source_profile = base
        credential_source = Environment
        region = eu-west-3
        [profile no-source]
        role_arn = arn:aws:iam::123456789012:role/x
        region = eu-west-3
        [profile lost-source]
        role_arn = arn:aws:iam::123456789012:role/x
        source_profile = nowhere
        region = eu-west-3
        [profile unkeyed-source]
        role_arn = arn:aws:iam::123456789012:role/x
        source_profile = default
        region = eu-west-3
        [profile from-environment]
        role_arn = arn:aws:iam::123456789012:role/env
        credential_source = Environment
        region = eu-west-3
        [profile from-container]
        role_arn = arn:aws:iam::123456789012:role/ecs
        credential_source = EcsContainer
        region = eu-west-3
        [profile from-instance]
        role_arn = arn:aws:iam::123456789012:role/ec2
        credential_source = Ec2InstanceMetadata
        region = eu-west-3
        [profile from-elsewhere]
        role_arn = arn:aws:iam::123456789012:role/x
        credential_source = environment
        region = eu-west-3
        [profile process-source]
        role_arn = arn:aws:iam::123456789012:role/x
        source_profile = process
        region = eu-west-3
        [profile process]
        credential_process = echo '{"Version":1,"AccessKeyId":"AKIDP","SecretAccessKey":"s"}'
        [profile mfa]
        role_arn = arn:aws:iam::123456789012:role/mfa
        source_profile = base
        mfa_serial = arn:aws:iam::123456789012:mfa/me
        region = eu-west-3
        [profile refused]
        role_arn = arn:aws:iam::123456789012:role/refused
        source_profile = base
        region = eu-west-3
        [profile expired]
        role_arn = arn:aws:iam::123456789012:role/expired
        source_profile = base
        region = eu-west-3
        [profile truncated]
        role_arn = arn:aws:iam::123456789012:role/truncated
        source_profile = base
        region = eu-west-3
        [profile pod]
        role_arn = arn:aws:iam::123456789012:role/pod
        role_session_name = pod-1
        web_identity_token_file = @HOME@/token
        region = eu-west-3
        [profile pod-without-role]
        web_identity_token_file = @HOME@/token
        region = eu-west-3
        [profile pod-without-token]
        role_arn = arn:aws:iam::123456789012:role/pod
        web_identity_token_file = @HOME@/nowhere
        region = eu-west-3
        [profile pod-refused]
        role_arn = arn:aws:iam::123456789012:role/pod
        web_identity_token_file = @HOME@/bad-token
        region = eu-west-3
        [profile pod-with-role-only]
        role_arn = arn:aws:iam::1:role/other
        region = eu-west-3
        [profile from-pod]
        role_arn = arn:aws:iam::123456789012:role/last
        source_profile = pod
        region = eu-west-3
        """
    private static let credentials = """
        [base]
        aws_access_key_id = AKIDBASE
        aws_secret_access_key = base-secret
        """
    private static let variables = [
        "AWS_ACCESS_KEY_ID": "AKIDENV", "AWS_SECRET_ACCESS_KEY": "s", "AWS_SESSION_TOKEN": "t",
    ]

    private static func role(
        _ name: String,
        _ profile: String,
        _ environment: [String: String] = [:]
    ) -> OracleFixture {
        OracleFixture(
            name,
            config: config,
            credentials: credentials,
            files: ["token": "web-token", "bad-token": "refused"],
            environment.merging(["AWS_PROFILE": profile]) { $1 }
        )
    }

    static let roles: [OracleFixture] = [
        role("a role with a source profile", "web"),
        role("a role with everything that can be said", "full"),
        role("a duration that is no number", "odd-duration"),
        role("a role without a region", "no-region"),
        role("a role with a region from the environment", "no-region")
            .with { $0.environment["AWS_DEFAULT_REGION"] = "sa-east-1" },
        role("a chain of roles", "chained"),
        role("a role that names itself for its keys", "self"),
        role("keys of the source beat its role", "keyed-source"),
        role("a circle of roles", "circle"),
        role("a role that names itself without keys", "narcissus"),
        role("two sources", "two-sources"),
        role("no source", "no-source"),
        role("a source that is not there", "lost-source"),
        role("a source without credentials", "unkeyed-source"),
        role("a source that is a program", "process-source"),
        role("a role from the environment", "from-environment").with {
            $0.environment["AWS_PROFILE"] = nil
            $0.environment.merge(variables) { $1 }
            $0.profileFlag = "from-environment"
        },
        role("a role from an environment without keys", "from-environment"),
        role(
            "a role from the container",
            "from-container",
            ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "@SERVICES@/container/task"]
        ),
        role("a role from a container that is not there", "from-container"),
        role(
            "a role from the instance",
            "from-instance",
            [
                "AWS_EC2_METADATA_DISABLED": "false",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": "@SERVICES@/imds/good/",
            ]
        ),
        role("a source with another spelling", "from-elsewhere"),
        role("a role with a code from a device", "mfa").with { $0.code = "123456" },
        role("a role with a code and nobody to ask", "mfa"),
        role("a role that STS refuses", "refused"),
        role("a role whose session has ended at once", "expired"),
        role("an answer of STS that is cut off", "truncated"),
        role("keys in the environment beat a role by variable", "web", variables),
        role("a role by flag", "web", variables).with {
            $0.environment["AWS_PROFILE"] = nil
            $0.profileFlag = "web"
        },
        role("a web identity", "pod"),
        role("a web identity without a role", "pod-without-role"),
        role("a web identity without its file", "pod-without-token"),
        role("a web identity that STS refuses", "pod-refused"),
        role("a role with a web identity as its source", "from-pod"),
        role(
            "a web identity in the environment",
            "base",
            [
                "AWS_WEB_IDENTITY_TOKEN_FILE": "@HOME@/token", "AWS_DEFAULT_REGION": "us-west-2",
                "AWS_ROLE_ARN": "arn:aws:iam::1:role/env", "AWS_ROLE_SESSION_NAME": "env",
            ]
        ),
        role(
            "a web identity half in the environment",
            "pod",
            ["AWS_ROLE_ARN": "arn:aws:iam::1:role/env", "AWS_ROLE_SESSION_NAME": "env"]
        ),
        role(
            "a web identity whose role is in the profile",
            "pod-with-role-only",
            ["AWS_WEB_IDENTITY_TOKEN_FILE": "@HOME@/token"]
        ),
        role(
            "a web identity in the environment without a role",
            "base",
            ["AWS_WEB_IDENTITY_TOKEN_FILE": "@HOME@/token", "AWS_DEFAULT_REGION": "us-west-2"]
        ),
        role(
            "a flag turns a web identity in the environment off",
            "base",
            [
                "AWS_WEB_IDENTITY_TOKEN_FILE": "@HOME@/token", "AWS_DEFAULT_REGION": "us-west-2",
                "AWS_ROLE_ARN": "arn:aws:iam::1:role/env",
            ]
        ).with {
            $0.environment["AWS_PROFILE"] = nil
            $0.profileFlag = "base"
        },
    ]
}
