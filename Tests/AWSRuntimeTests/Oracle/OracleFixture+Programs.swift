// Programs, containers and instances that hand out credentials.
extension OracleFixture {
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"

    private static func program(_ name: String, _ line: String) -> OracleFixture {
        OracleFixture(name, config: "[default]\ncredential_process = \(line)\n")
    }

    private static func printing(_ name: String, _ text: String) -> OracleFixture {
        program(name, "cat '@HOME@/printed file'").with { $0.files["printed file"] = text }
    }

    private static func container(
        _ name: String,
        _ path: String,
        _ environment: [String: String] = [:]
    ) -> OracleFixture {
        OracleFixture(
            name,
            environment.merging([full: "@SERVICES@/container/\(path)"]) { one, _ in one }
        )
    }

    private static func instance(
        _ name: String,
        _ mode: String,
        _ environment: [String: String] = [:]
    ) -> OracleFixture {
        let usual = [
            "AWS_EC2_METADATA_DISABLED": "false",
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": "@SERVICES@/imds/\(mode)",
        ]
        return OracleFixture(name, usual.merging(environment) { $1 })
    }

    static let programs: [OracleFixture] = [
        printing("a program", #"{"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s"}"#),
        printing(
            "a program with a session",
            """
            {"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t", \
            "Expiration": "@+3600@"}
            """
        ),
        printing(
            "a program whose session has ended",
            """
            {"Version": 1, "AccessKeyId": "A", "SecretAccessKey": "s", "SessionToken": "t", \
            "Expiration": "@-60@"}
            """
        ),
        printing(
            "a program of another version",
            #"{"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "s"}"#
        ),
        printing(
            "a program without a version",
            #"{"AccessKeyId": "A", "SecretAccessKey": "s"}"#
        ),
        printing("a program without a secret", #"{"Version": 1, "AccessKeyId": "A"}"#),
        printing("a program that prints no JSON", "hello"),
        printing("a program that prints nothing", ""),
        program("a program that fails", "sh -c 'echo sorry >&2; exit 3'"),
        program("a program that is not there", "/no/such/program"),
        program("a quotation that is not closed", "echo 'x"),
        program(
            "words as a shell takes them",
            #"echo '{"Version": 1,' "\"AccessKeyId\": \"A\"," \"SecretAccessKey\":\ \"s\"}"#
        ),
        OracleFixture(
            "a program named in the credentials file",
            credentials: """
                [default]
                credential_process = echo '{"Version":1,"AccessKeyId":"C","SecretAccessKey":"s"}'
                """
        ),
        OracleFixture(
            "a program beats keys in the config file",
            config: """
                [default]
                aws_access_key_id = AKIDCONFIG
                aws_secret_access_key = s
                credential_process = echo '{"Version":1,"AccessKeyId":"P","SecretAccessKey":"s"}'
                """
        ),
        OracleFixture(
            "keys in the credentials file beat a program",
            config: "[default]\ncredential_process = /no/such/program\n",
            credentials: "[default]\naws_access_key_id = K\naws_secret_access_key = s\n"
        ),
        container("a container", "task"),
        container("a container that is asked with a token", "task")
            .with { $0.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "Basic x" },
        container("a container that is asked with a token in a file", "task").with {
            $0.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"] = "not this"
            $0.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "@HOME@/token"
            $0.files["token"] = "from-file"
        },
        container("a container's token with a line break", "task").with {
            $0.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "@HOME@/token"
            $0.files["token"] = "from-file\n"
        },
        container("a container's token without its file", "task")
            .with { $0.environment["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/nowhere" },
        container("a container that refuses", "refused"),
        container("a container that answers no JSON", "garbage"),
        container("a container that answers half", "incomplete"),
        container("a container whose session has ended", "expired"),
        OracleFixture("a container far away in the clear", [full: "http://192.0.2.1/c"]),
        OracleFixture("a container at no address", [full: "nonsense"]),
        OracleFixture("an empty address of the container", [full: ""])
            .differing(because: "an empty variable counts as unset, here as everywhere"),
        container("keys in a file beat a container", "task").with {
            $0.files[".aws/credentials"] =
                "[default]\naws_access_key_id = K\naws_secret_access_key = s\n"
        },
        instance("an instance", "good"),
        instance("an instance with a slash at the end", "good/"),
        instance("an instance of the first version only", "first")
            .differing(because: "the first version can be asked through any open proxy"),
        instance("an instance without a role", "roleless"),
        instance("an instance whose role is refused", "refused"),
        instance("an instance that answers no JSON", "garbage"),
        instance("an instance that has not renewed its session", "expired"),
        instance("an instance that is turned off", "good", ["AWS_EC2_METADATA_DISABLED": "TRUE"]),
        instance("a container beats an instance", "good", [full: "@SERVICES@/container/task"]),
        instance(
            "a number of attempts that is none",
            "good",
            ["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "many"]
        ),
        instance(
            "an address of the instance that is none",
            "good",
            ["AWS_EC2_METADATA_SERVICE_ENDPOINT": "no where"]
        ),
        OracleFixture(
            "an instance named in the config file",
            config: "[default]\nec2_metadata_service_endpoint = @SERVICES@/imds/good\n",
            ["AWS_EC2_METADATA_DISABLED": unset]
        ),
    ]
}
