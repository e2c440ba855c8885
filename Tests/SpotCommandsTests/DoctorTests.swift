import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// `spot doctor`: what it finds, what it says about it, and how it ends.
struct DoctorTests {
    typealias Ending = CommandScenario.Ending

    /// A computer and an account in which everything is in order.
    private func scenario(_ arrange: (inout FakeAccount) -> Void = { _ in }) throws
        -> CommandScenario
    {
        var scenario = try CommandScenario(time: ManualTime(.standing), arrange)
        scenario.environment = [
            "TERM": "xterm", "LANG": "C.UTF-8", "PATH": try Self.programs(scenario),
            "NO_COLOR": "1",
        ]
        return scenario
    }

    /// A folder with programs by the names of those that are looked for.
    private static func programs(_ scenario: CommandScenario) throws -> String {
        for name in ["ssh", "rsync"] {
            try scenario.home.write("".utf8, to: name, mode: .ownerReadWriteExecute)
        }
        return scenario.home.path.string
    }

    /// The rows that are not in order, as programs read them.
    private func findings(_ scenario: CommandScenario, _ words: String...) async -> [String] {
        let ending = await scenario.run(["doctor"] + words)
        return ending.output.split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("ok\t")
        }
    }

    private static let rows = """
        ok\tsettings\tthere is no /home/ada/.config/spot/config.yaml, and none is needed\t
        ok\tprofiles\tall 7 can be used\t
        ok\tdirectories\tsettings, state, cache and sockets have their places\t
        ok\tkeys\tnone yet\t
        ok\tprograms\tssh and rsync are there\t
        ok\tterminal\txterm, C.UTF-8\t
        ok\tregion\tus-east-1, enabled\t
        ok\tcredentials\taccount 123456789012, arn:aws:iam::123456789012:user/ada\t
        ok\tclock\tright\t
        ok\taddress\tthis computer is 198.51.100.7 on the internet\t
        ok\tpermissions\tall 14 actions that were tried are allowed; what changes machines can only \
        be tried on one of yours\t
        ok\tspot role\tAWSServiceRoleForEC2Spot is there\t
        ok\tspot quota\t64 vCPUs of standard families (L-34B43A08), 0 in use\t
        ok\ton-demand quota\t64 vCPUs of standard families (L-1216C47A), 0 in use\t
        ok\tnetwork\tdefault vpc-default, subnets in us-east-1a, us-east-1b, us-east-1c\t
        ok\troute\tevery subnet leads to the internet\t
        skipped\tssh port\tno machine of yours runs that could be tried\t

        """

    @Test func `where all is in order is a row a check, and nothing is changed`() async throws {
        let scenario = try scenario()
        await scenario.expect(
            "doctor",
            is: Ending(
                0,
                output: Self.rows,
                talk: "spot: 16 ok, 0 warnings, 0 problems, 1 skipped\n"
            )
        )
        #expect(scenario.ec2.effects.isEmpty)
        #expect(scenario.ec2.dryRuns.contains("RunInstances"))
        #expect(!scenario.ec2.dryRuns.contains("TerminateInstances"))
    }

    @Test func `on a terminal what to do stands below what was found`() async throws {
        var scenario = try scenario()
        scenario.isTerminal = true
        scenario.environment["TERM"] = ""
        scenario.quotas.set("L-34B43A08", to: 0)
        let ending = await scenario.run("doctor")
        #expect(ending.status == 5)
        #expect(
            ending.output.contains(
                """
                ! warning  terminal         TERM is not set, so programs on machines do not know this \
                terminal
                                            → export TERM=xterm-256color

                """
            )
        )
        #expect(
            ending.output.contains(
                """
                ✗ problem  spot quota       0 vCPUs of standard families (L-34B43A08), 0 in use; t3.small \
                needs 2
                                            → aws service-quotas request-service-quota-increase \
                --service-code ec2 --quota-code L-34B43A08 --desired-value 2 --region us-east-1

                """
            )
        )
        #expect(ending.talk.hasSuffix("spot: 14 ok, 1 warning, 1 problem, 1 skipped\n"))
    }

    @Test func `as JSON is one array`() async throws {
        let scenario = try scenario()
        scenario.iam.forgetRoles()
        let ending = await scenario.run("doctor", "--json")
        #expect(ending.status == 0)
        let found = try JSONValue(decoding: ending.output).list
        #expect(found.count == 17)
        let role = found.first { $0["check"] == "spot role" }
        #expect(role?["verdict"] == "warning")
        #expect(
            role?["remedy"]
                == "aws iam create-service-linked-role --aws-service-name spot.amazonaws.com"
        )
    }

    @Test func `credentials that do not work end with 4, and what needs them is left out`()
        async throws
    {
        var scenario = try scenario()
        scenario.sts = FakeSTS(
            refusing: AWSError(
                "ExpiredToken",
                "The security token included in the request is expired",
                service: "STS",
                operation: "GetCallerIdentity",
                httpStatus: 403
            )
        )
        scenario.ec2.refuse(.describeRegions, with: .authFailure, times: 9)
        let ending = await scenario.run("doctor")
        #expect(ending.status == 4)
        let rows = ending.output.split(separator: "\n").filter { !$0.hasPrefix("ok") }
        #expect(rows.count == 9)
        #expect(
            rows[0] == "skipped\tregion\tus-east-1; no permission to look (ec2:DescribeRegions)\t"
        )
        #expect(rows[1].hasPrefix("problem\tcredentials\tSTS refused GetCallerIdentity"))
        #expect(rows[2...].allSatisfy { $0.hasSuffix("\tneeds working credentials\t") })
        #expect(scenario.ec2.dryRuns.isEmpty)
    }

    @Test func `18 a region that is not enabled is told by another one`() async throws {
        var scenario = try scenario { account in
            account.regions = [RegionDescription(name: "us-east-1", isEnabled: false)]
        }
        #expect(
            await findings(scenario)[0]
                == "problem\tregion\tthe account has not enabled us-east-1\t"
                + "aws account enable-region --region-name us-east-1"
        )
        scenario.cloudFailure = GeneralFailure(
            .usage,
            "no AWS region is set",
            hint: "give --region"
        )
        #expect(
            await findings(scenario) == [
                "problem\tregion\tno AWS region is set\tgive --region",
                "skipped\taccount\tAWS cannot be asked before that is in order\t",
            ]
        )
        #expect(await scenario.run("doctor").status == 2)
    }

    @Test func `permissions that are missing are named, and end with 4`() async throws {
        let scenario = try scenario { account in
            account.deniedOperations = ["RunInstances", "CreateSecurityGroup"]
        }
        #expect(
            await findings(scenario)[0]
                == "problem\tpermissions\tnot allowed: ec2:RunInstances, ec2:CreateSecurityGroup\t"
                + "have the policy of docs/iam-policy.json attached to who you are"
        )
        #expect(await scenario.run("doctor").status == 4)
    }

    @Test func `with a machine the changes of machines are tried, dryly`() async throws {
        let scenario = try scenario { account in
            account.addMachine("web") { $0.state = .stopped }
        }
        let rows = await findings(scenario, "web")
        #expect(
            rows == [
                "warning\tssh port\tweb is stopped and has no address\tspot launch web"
            ]
        )
        for name in ["TerminateInstances", "StopInstances", "CreateTags", "DeleteSecurityGroup"] {
            #expect(scenario.ec2.dryRuns.contains(name))
        }
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `a machine that is not there ends with 3`() async throws {
        let scenario = try scenario()
        let ending = await scenario.run("doctor", "web", "-q")
        #expect(ending == Ending(3, output: "ssh port\n"))
    }

    @Test func `what may not be looked at is left out, and no problem`() async throws {
        let scenario = try scenario()
        scenario.iam.refuse(with: "AccessDenied")
        scenario.quotas.refuse("L-34B43A08", with: "AccessDeniedException")
        #expect(
            await findings(scenario).prefix(2) == [
                "skipped\tspot role\tno permission to look (iam:GetRole); a launch will tell\t",
                "skipped\tspot quota\tno permission to look (servicequotas:GetServiceQuota, "
                    + "L-34B43A08)\t",
            ]
        )
        #expect(await scenario.run("doctor").status == 0)
    }

    @Test func `19 without a default network it tells how to have one`() async throws {
        let scenario = try scenario { $0.subnets = [] }
        let rows = await findings(scenario)
        #expect(
            rows.contains(
                "problem\tnetwork\tus-east-1 has no default VPC with subnets\t"
                    + "aws ec2 create-default-vpc --region us-east-1, or give --subnet"
            )
        )
        #expect(await scenario.run("doctor").status == 1)
    }

    @Test(arguments: [true, false])
    func `20 subnets without a way to the internet are told`(isAll: Bool) async throws {
        let scenario = try scenario { account in
            let closed = RouteTable(
                id: "rtb-2",
                isMain: false,
                subnets: [SubnetID("subnet-b")],
                routes: []
            )
            account.routeTables = isAll ? [] : account.routeTables + [closed]
        }
        let row = await findings(scenario)[0]
        #expect(row.hasPrefix(isAll ? "problem\troute\t" : "warning\troute\t"))
        #expect(row.contains(isAll ? "any of the subnets" : "from subnet-b, so"))
    }

    @Test func `a mistake in the settings is a finding, and the only verb that goes on is this`()
        async throws
    {
        let scenario = try scenario()
        try scenario.write("regio: x\n", to: ".config/spot/config.yaml")
        #expect(
            await findings(scenario)[0]
                == "problem\tsettings\tcannot read /home/ada/.config/spot/config.yaml:1: regio is no "
                + "field that spot knows\tdid you mean region?"
        )
        #expect(await scenario.run("doctor").status == 2)
        #expect(await scenario.run("list").status == 2)
    }

    @Test func `profiles that cannot be used are named`() async throws {
        let scenario = try scenario()
        try scenario.write("base: nothing\n", to: ".config/spot/profiles/mine.yaml")
        let row = await findings(scenario)[0]
        #expect(row.hasPrefix("problem\tprofiles\t1 of 8 cannot be used (mine): "))
    }

    @Test func `a key that others can read ends with 1`() async throws {
        let scenario = try scenario()
        try scenario.haveKey()
        try scenario.home.write(
            "x".utf8,
            to: ".local/state/spot/keys/web",
            mode: [.ownerReadWrite, .groupRead]
        )
        #expect(
            await findings(scenario)[0]
                == "problem\tkeys\tthe key of web is open to others (0640), and ssh refuses such a key\t"
                + "chmod 600 /home/ada/.local/state/spot/keys/web"
        )
        #expect(await scenario.run("doctor").status == 1)
    }

    @Test(
        arguments: [
            ("Fri, 02 Jan 2026 03:03:00 GMT", 0, "warning", "1 min 5 s ahead"),
            ("Fri, 02 Jan 2026 04:04:05 GMT", 4, "problem", "1 h behind"),
        ]
    )
    func `2 a clock that is wrong is told before AWS refuses because of it`(
        date: String,
        status: Int32,
        verdict: String,
        size: String
    ) async throws {
        let scenario = try scenario()
        scenario.address.show(date)
        let row = await findings(scenario)[0]
        #expect(row.hasPrefix("\(verdict)\tclock\tthis computer's clock is \(size)"))
        #expect(row.hasSuffix("\tsudo timedatectl set-ntp true"))
        #expect(await scenario.run("doctor").status == status)
    }

    @Test func `without list prices the permission is named`() async throws {
        let scenario = try scenario()
        scenario.pricing.refuse(with: "AccessDeniedException")
        #expect(await findings(scenario)[0].contains("not allowed: pricing:GetProducts\t"))
    }
}
