import AWSRuntime
import AWSServices
import Foundation
import SSHKeys
import SpotTestSupport
import SystemPackage
import Testing

/// `spot launch --dry-run`: everything is decided and told, nothing is done.
struct DryRunTests {
    typealias Ending = CommandScenario.Ending

    /// Whether neither the cloud nor this computer has anything that it had not before.
    private func hasDoneNothing(_ scenario: CommandScenario) -> Bool {
        scenario.ec2.effects.isEmpty && scenario.ec2.dryRuns.isEmpty
            && !FileManager.default.fileExists(atPath: scenario.state.string)
    }

    @Test func `shows pools, what they cost, and all that would be made`() async throws {
        var scenario = try CommandScenario()
        scenario.isTerminal = true
        scenario.environment = ["NO_COLOR": "1"]
        let words = [
            "launch", "web", "--dry-run", "-p", "t3a.small", "--instance-type", "t3.small",
            "--instance-type", "t3a.small", "--ttl", "8h",
        ]
        let ending = await scenario.run(words)
        #expect(ending.status == 0)
        // How lines are broken is not the matter here.
        let said = ending.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            said == """
                would launch web in us-east-1 with profile t3a.small \
                where AWS chooses among all of these pools, where the price is low and spare \
                capacity makes interruptions rare (price-capacity-optimized) \
                TYPE ZONE MARKET $/H ON DEMAND SAVING SUBNET LIKELIEST \
                t3.small us-east-1b spot 0.0062 0.0208 70 % subnet-b \
                t3.small us-east-1a spot 0.0074 0.0208 64 % subnet-a \
                t3a.small us-east-1c spot 0.006 0.0188 68 % subnet-c yes \
                image ami-0a, al2023-ami-2023.6.20260101-kernel-6.1-x86_64, x86_64 \
                user ec2-user \
                network vpc-default, one of 3 subnets, with a public address \
                firewall new group spot-web; open: tcp:22:me \
                key new, to be kept in /home/ada/.local/state/spot/keys/web and imported as web \
                disk 16 GiB gp3, encrypted \
                tags Name=web spot:expires=2026-01-02T11:04:05Z spot:generation=1 \
                spot:managed=1 spot:name=web spot:owner=arn:aws:iam::123456789012:user/ada \
                spot:profile=t3a.small spot:ssh-port=22 spot:user=ec2-user \
                ends after 8 h \
                creates key /home/ada/.local/state/spot/keys/web, key pair web, security group \
                spot-web, launch template, deleted at once, spot instance, encrypted disk \
                reuses nothing \
                costs about 0.0128 $/h: machine 0.0060, disk 0.0018, address 0.0050; traffic \
                not counted
                """
        )
        #expect(hasDoneNothing(scenario))
    }

    @Test func `as JSON is one document with the same`() async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run("launch", "web", "--dry-run", "-p", "c7i.large", "--json")
        #expect(ending.status == 0)
        let plan = try JSONValue(decoding: ending.output)
        #expect(plan["action"] == "launch")
        #expect(plan["choice"]["strategy"] == "price-capacity-optimized")
        #expect(
            plan["pools"] == [
                [
                    "type": "c7i.large", "zone": "us-east-1a", "subnet": "subnet-a",
                    "market": "spot", "price": "0.0301", "onDemandPrice": "0.08925", "saving": 66,
                    "isLikeliest": true,
                ]
            ]
        )
        #expect(plan["image"]["id"] == "ami-0a")
        #expect(plan["network"]["subnets"] == ["subnet-a"])
        #expect(plan["network"]["securityGroupState"] == "new")
        #expect(plan["key"]["state"] == "new")
        #expect(plan["tags"]["spot:managed"] == "1")
        #expect(
            plan["estimate"] == [
                "machine": "0.0301", "disk": "0.0018", "address": "0.0050", "total": "0.0369",
            ]
        )
        #expect(hasDoneNothing(scenario))
    }

    @Test func `tells what is there already and would be used again`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web") { $0.state = .stopped }
            account.instances = []
        }
        let key = try scenario.haveKey()
        scenario.ec2.change {
            $0.addKeyPair("web", publicKey: key.publicKey.authorizedKeysLine)
        }
        let ending = await scenario.run("launch", "web", "--dry-run", "--json")
        let plan = try JSONValue(decoding: ending.output)
        #expect(plan["network"]["securityGroupState"] == "reused")
        #expect(plan["key"]["state"] == "imported")
        #expect(plan["reuses"].list.count == 3)
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `on demand goes by the list price`() async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run(
            "launch",
            "web",
            "--dry-run",
            "--json",
            "-p",
            "t3.small",
            "--market",
            "on-demand"
        )
        let plan = try JSONValue(decoding: ending.output)
        #expect(plan["choice"]["strategy"] == "in-order")
        #expect(plan["pools"].list.count == 3)
        #expect(plan["estimate"]["machine"] == "0.0208")
    }

    @Test func `goes on without list prices and says so`() async throws {
        let scenario = try CommandScenario()
        scenario.pricing.refuse(with: "AccessDeniedException")
        let ending = await scenario.run("launch", "web", "--dry-run", "-p", "t3.small")
        #expect(ending.status == 0)
        #expect(ending.talk.contains("some on-demand prices are unknown: Pricing refused"))
        #expect(ending.output.contains("disk unknown"))
    }

    @Test(
        arguments: [
            (.running, "reconnect", "let this computer's address in"),
            (.stopped, "start", "start it"),
            (.stopping, "start", "wait until it is stopped"),
            (.pending, "reconnect", "until it runs"),
        ] as [(InstanceState, String, String)]
    )
    func `of a machine that is there tells what would happen to it`(
        state: InstanceState,
        action: String,
        words: String
    ) async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("web") { $0.state = state }
        }
        let ending = await scenario.run("launch", "web", "--dry-run", "--json")
        let plan = try JSONValue(decoding: ending.output)
        #expect(plan["action"].text == action)
        #expect(plan["explanation"].text?.contains(words) == true)
        #expect(plan["price"] == "0.0074")
        #expect(scenario.ec2.effects.isEmpty)
        let text = await scenario.run("launch", "web", "--dry-run")
        #expect(text.output.hasPrefix("would\t\(action)"))
    }
}
