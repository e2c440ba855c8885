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
        let scenario = try CommandScenario.inOrder()
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
        var scenario = try CommandScenario.inOrder()
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
        let scenario = try CommandScenario.inOrder()
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
        var scenario = try CommandScenario.inOrder()
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
        var scenario = try CommandScenario.inOrder { account in
            account.regions = [RegionDescription(name: "us-east-1", isEnabled: false)]
        }
        #expect(
            await scenario.findings()[0]
                == "problem\tregion\tthe account has not enabled us-east-1\t"
                + "aws account enable-region --region-name us-east-1"
        )
        scenario.cloudFailure = GeneralFailure(
            .usage,
            "no AWS region is set",
            hint: "give --region"
        )
        #expect(
            await scenario.findings() == [
                "problem\tregion\tno AWS region is set\tgive --region",
                "skipped\taccount\tAWS cannot be asked before that is in order\t",
            ]
        )
        #expect(await scenario.run("doctor").status == 2)
    }

    @Test func `permissions that are missing are named, and end with 4`() async throws {
        let scenario = try CommandScenario.inOrder { account in
            account.deniedOperations = ["RunInstances", "CreateSecurityGroup"]
        }
        #expect(
            await scenario.findings()[0]
                == "problem\tpermissions\tnot allowed: ec2:RunInstances, ec2:CreateSecurityGroup\t"
                + "have the policy of docs/iam-policy.json attached to who you are"
        )
        #expect(await scenario.run("doctor").status == 4)
    }

    @Test func `with a machine the changes of machines are tried, dryly`() async throws {
        let scenario = try CommandScenario.inOrder { account in
            account.addMachine("web") { $0.state = .stopped }
        }
        let rows = await scenario.findings("web")
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
        let scenario = try CommandScenario.inOrder()
        let ending = await scenario.run("doctor", "web", "-q")
        #expect(ending == Ending(3, output: "ssh port\n"))
    }

    @Test func `what may not be looked at is left out, and no problem`() async throws {
        let scenario = try CommandScenario.inOrder()
        scenario.iam.refuse(with: "AccessDenied")
        scenario.quotas.refuse("L-34B43A08", with: "AccessDeniedException")
        #expect(
            await scenario.findings().prefix(2) == [
                "skipped\tspot role\tno permission to look (iam:GetRole); a launch will tell\t",
                "skipped\tspot quota\tno permission to look (servicequotas:GetServiceQuota, "
                    + "L-34B43A08)\t",
            ]
        )
        #expect(await scenario.run("doctor").status == 0)
    }

    @Test func `19 without a default network it tells how to have one`() async throws {
        let scenario = try CommandScenario.inOrder { $0.subnets = [] }
        let rows = await scenario.findings()
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
        let scenario = try CommandScenario.inOrder { account in
            let closed = RouteTable(
                id: "rtb-2",
                isMain: false,
                subnets: [SubnetID("subnet-b")],
                routes: []
            )
            account.routeTables = isAll ? [] : [closed] + account.routeTables
        }
        let row = await scenario.findings()[0]
        #expect(row.hasPrefix(isAll ? "problem\troute\t" : "warning\troute\t"))
        #expect(row.contains(isAll ? "any of the subnets" : "from subnet-b, so"))
    }
}
