import HTTPTransport
import SpotTestSupport
import Testing

/// What `config show` tells of AWS: who we are, why not somebody else, and where we ask.
struct ConfigShowAccessTests {
    private static let config = """
        [profile role]
        role_arn = arn:aws:iam::123456789012:role/admin
        source_profile = base
        region = eu-west-3
        services = lab
        [profile base]
        aws_access_key_id = AKIDBASEKEY1
        aws_secret_access_key = wJalrXUtnFEMISECRET
        [profile circle]
        role_arn = arn:aws:iam::1:role/a
        source_profile = circle
        region = eu-west-3
        [profile mfa]
        role_arn = arn:aws:iam::123456789012:role/admin
        source_profile = base
        mfa_serial = arn:aws:iam::123456789012:mfa/me
        region = eu-west-3
        [services lab]
        ec2 =
          endpoint_url = http://127.0.0.1:4000
        """
    private static let session = """
        <AssumeRoleResponse><AssumeRoleResult><AssumedRoleUser>\
        <Arn>arn:aws:sts::123456789012:assumed-role/admin/s</Arn></AssumedRoleUser><Credentials>\
        <AccessKeyId>ASIASESSION2</AccessKeyId><SecretAccessKey>sessionSecret</SecretAccessKey>\
        <SessionToken>sessionToken</SessionToken><Expiration>2026-01-02T04:04:05Z</Expiration>\
        </Credentials></AssumeRoleResult></AssumeRoleResponse>
        """

    @Test func `the provider that won stands below those that had none`() async throws {
        let rows = try await rows("role", answers: [.status(200, Self.session)])
        #expect(
            rows == [
                "region\teu-west-3\tprofile role in /home/ada/.aws/config",
                "credentials\tnone: AWS_ACCESS_KEY_ID is not set\tthe environment",
                "credentials\tkey …ION2, account 123456789012, until 2026-01-02T04:04:05Z"
                    + "\tthe role of profile role",
                "ec2_endpoint\thttp://127.0.0.1:4000/"
                    + "\tendpoint_url of ec2 in [services lab] of /home/ada/.aws/config",
                "ssm_endpoint\thttps://ssm.eu-west-3.amazonaws.com/\tbuilt-in",
                "sts_endpoint\thttps://sts.eu-west-3.amazonaws.com/\tbuilt-in",
            ]
        )
    }

    @Test func `a provider that is broken says what is wrong and ends the list`() async throws {
        let rows = try await rows("circle")
        #expect(
            rows[2] == "credentials\terror: cannot use role_arn of profile circle in "
                + "/home/ada/.aws/config: source_profile leads in a circle: circle → circle"
                + "\tthe role of profile circle"
        )
        #expect(rows[3].hasPrefix("ec2_endpoint\t"))
    }

    @Test func `nobody is asked for a code only to be shown something`() async throws {
        let rows = try await rows("mfa")
        #expect(rows[2].contains("a command that calls AWS will ask for it"))
    }

    @Test func `without any credentials every place is told`() async throws {
        let rows = try await rows("none", config: "[profile none]\nregion = eu-west-3\n")
        let places = rows.filter { $0.hasPrefix("credentials\tnone: ") }
        #expect(places.count == 10)
        #expect(places.last?.hasSuffix("\tthe role of this instance") == true)
        #expect(places.allSatisfy { !$0.contains("AKID") })
    }

    @Test func `a profile that does not exist is told among the settings`() async throws {
        let rows = try await rows("gone")
        #expect(
            rows.last == "credentials\terror: there is no AWS profile gone in "
                + "/home/ada/.aws/config or /home/ada/.aws/credentials\tAWS's configuration"
        )
    }

    @Test func `programs read value, reason and problem`() async throws {
        let run = try LiveRun(config: Self.config)
        let output = try await run(
            ["config", "show", "--json"],
            in: ["AWS_PROFILE": "circle", "AWS_EC2_METADATA_DISABLED": "true"]
        ).ending.output
        let entries = try JSONValue(decoding: output).list
            .filter { $0["name"] == "credentials" }
        #expect(entries.first?["value"] == .null)
        #expect(entries.first?["reason"].text == "AWS_ACCESS_KEY_ID is not set")
        #expect(entries.first?["origin"].text == "the environment")
        #expect(entries.last?["problem"].text?.contains("in a circle") == true)
    }

    /// The lines about AWS and, first, the region's.
    private func rows(
        _ profile: String,
        config: String = config,
        answers: [FakeTransport.Answer] = []
    ) async throws -> [String] {
        let run = try LiveRun(config: config)
        let ending = try await run(
            ["config", "show"],
            in: ["AWS_PROFILE": profile, "AWS_EC2_METADATA_DISABLED": "true"],
            answers: answers
        ).ending
        #expect(ending.status == 0)
        #expect(!ending.output.contains("wJalrXUtnFEMISECRET"))
        let names = ["region", "credentials", "ec2_endpoint", "ssm_endpoint", "sts_endpoint"]
        return ending.output.split(separator: "\n").map { String($0) }
            .filter { line in names.contains { line.hasPrefix("\($0)\t") } }
    }
}
