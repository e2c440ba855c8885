import AWSRuntime
import AWSServices
import SSHKeys
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// `launch` up to the first connection; what follows needs a machine.
struct LaunchTests {
    typealias Ending = CommandScenario.Ending

    @Test func `tries pool after pool, then takes everything back and ends with 5`() async throws {
        let scenario = try CommandScenario { account in
            for zone in ["us-east-1a", "us-east-1b"] {
                let pool = FakePool(InstanceType("t3.small"), AvailabilityZone(zone))
                account.refusals[pool] = .insufficientInstanceCapacity
            }
        }
        let ending = await scenario.run("launch", "web", "-p", "t3.small")
        #expect(ending.status == 5)
        #expect(ending.output == "")
        #expect(
            ending.talk == """
                web: looking it up…
                web: choosing image, zone and price…
                web: preparing key pair and security group…
                web: requesting spot capacity in 2 pools from $0.0062/h…
                spot: error: cannot launch web: no pool has capacity (t3.small in us-east-1b, \
                us-east-1a: InsufficientInstanceCapacity)
                spot: hint: try other types with --instance-type, another --region, or \
                --market on-demand

                """
        )
        #expect(scenario.ec2.account.groups.isEmpty)
        #expect(scenario.ec2.account.keyPairs.isEmpty)
        #expect(try PrivateFile.read(scenario.state.appending("keys/web")) == nil)
    }

    @Test func `that may not launch ends with 4 and leaves nothing`() async throws {
        let scenario = try CommandScenario()
        scenario.ec2.refuse(.createFleet, with: .unauthorizedOperation)
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        await scenario.expect(
            "launch",
            "web",
            "-qv",
            is: Ending(
                4,
                talk: """
                    spot: error: EC2 refused RunInstances: as the test says (UnauthorizedOperation)
                    spot: hint: 'spot doctor' tells what these credentials may not do

                    """
            )
        )
        #expect(scenario.ec2.account.living.isEmpty)
        #expect(scenario.ec2.account.groups.isEmpty)
        #expect(scenario.ec2.account.keyPairs.isEmpty)
    }

    @Test func `below the price of every pool ends with 5`() async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run(
            "launch",
            "web",
            "-q",
            "-p",
            "t3.small",
            "--max-price",
            "0.001"
        )
        #expect(ending.status == 5)
        #expect(
            ending.talk == """
                spot: warning: a limit of $0.001/h makes interruptions likelier: without one AWS \
                never charges more than the on-demand price
                spot: error: cannot launch web: every pool costs more than the limit (t3.small \
                in us-east-1b, us-east-1a: SpotMaxPriceTooLow)
                spot: hint: raise --max-price or leave it out; 'spot price TYPE' shows what a \
                type costs now

                """
        )
        #expect(scenario.ec2.account.groups.isEmpty)
    }

    @Test func `whose zones have no price asks for nothing and ends with 5`() async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            "launch",
            "web",
            "-q",
            "-p",
            "t3.small",
            "--zone",
            "us-east-1c",
            is: Ending(
                5,
                talk: """
                    spot: error: cannot launch t3.small: there is no spot price for it in us-east-1c
                    spot: hint: 'spot price t3.small' shows where it is offered

                    """
            )
        )
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `carries its flags into the request`() async throws {
        let scenario = try CommandScenario()
        scenario.ec2.refuse(.createFleet, with: .unauthorizedOperation)
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        _ = await scenario.run(
            ["launch", "web", "--instance-type", "c7i.large", "--market", "on-demand"]
                + ["--disk", "40", "-m", "-i", "builder", "--tag", "team=render", "--ttl", "8h"]
        )
        let request = try #require(scenario.ec2.launches.first)
        #expect(request.machine.type == InstanceType("c7i.large"))
        #expect(request.spot == nil)
        #expect(request.machine.isMonitored)
        let tags = try #require(request.machine.tags.first { $0.resourceType == .instance }?.tags)
        #expect(tags["team"] == "render")
        #expect(tags["spot:name"] == "web")
        #expect(tags["spot:expires"] == "2026-01-02T11:04:05Z")
    }

    @Test func `warns of what is open to everybody, and of a limit on the price`() async throws {
        let scenario = try CommandScenario()
        scenario.ec2.refuse(.createFleet, with: .unauthorizedOperation)
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        let ending = await scenario.run(
            ["launch", "web", "-q", "--firewall", "tcp:80:0.0.0.0/0", "--max-price", "0.5"]
        )
        #expect(
            ending.talk.hasPrefix(
                """
                spot: warning: tcp:80:0.0.0.0/0 lets the whole internet in (--firewall)
                spot: warning: a limit of $0.5/h makes interruptions likelier: without one AWS \
                never charges more than the on-demand price

                """
            )
        )
    }

    @Test func `of a machine that is there finds it again and starts no other`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        let ending = await scenario.run("up", "web", "-q")
        #expect(
            ending
                == Ending(
                    7,
                    talk: """
                        spot: error: cannot log in to web: its private key is not on this computer
                        spot: hint: copy it from the computer that launched web to \
                        /home/ada/.local/state/spot/keys/web

                        """
                )
        )
        #expect(scenario.ec2.launches.isEmpty)
        #expect(scenario.ec2.account.living == [InstanceID("i-00000000000000001")])
    }

    @Test func `that never comes up keeps the machine, says so and ends with 124`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web") { fixture in
                fixture.address = "127.0.0.1"
                // tcpmux: nobody listens there.
                fixture.tags["spot:ssh-port"] = "1"
            }
            account.consoles[InstanceID("i-00000000000000001")] = ""
        }
        let key = try scenario.haveKey()
        scenario.ec2.change {
            $0.instances[0].instance.tags["spot:host-key"] = key.publicKey.authorizedKeysLine
        }
        await scenario.expect(
            "launch",
            "web",
            "-q",
            is: Ending(
                124,
                talk:
                    "spot: error: gave up waiting for SSH on web at 127.0.0.1 port 1 after 5 min\n"
            )
        )
        #expect(scenario.ec2.account.living.count == 1)
    }

    @Test(arguments: ["no-such", "ubunut", "/etc/passwd", "../gpu", ""])
    func `with a profile that is none asks nobody`(profile: String) async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run("launch", "web", "-p", profile)
        let hint = profile == "ubunut" ? "did you mean ubuntu?" : "see 'spot profile list'"
        let isWord = !profile.isEmpty && !profile.contains("/")
        let cause = isWord ? "" : ": a profile's name is one word"
        #expect(
            ending
                == Ending(
                    2,
                    talk: """
                        spot: error: cannot find the profile “\(profile)”\(cause)
                        spot: hint: \(hint)

                        """
                )
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test(
        arguments: [
            (["--key", "/none"], "cannot use the key /none: there is no such file"),
            (["--user-data", "/none"], "cannot read the user data /none: there is no such file"),
            (["-s", "/none"], "cannot run /none: there is no such file"),
            (["-u", "/none"], "cannot upload /none: there is no such file"),
        ]
    )
    func `with a file that is not there asks nobody`(flag: [String], cause: String) async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            ["launch", "web"] + flag,
            is: Ending(2, talk: "spot: error: \(cause)\n")
        )
        #expect(scenario.hasAskedNobody)
    }
}
