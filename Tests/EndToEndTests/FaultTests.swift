import SpotTestSupport
import Testing

/// A cloud that misbehaves; every test upsets a region that no other test uses.
@Suite struct FaultTests {
    @Test func `throttling and server errors are retried`() async throws {
        let computer = try await Computer(region: "eu-south-1")
        try await fault(computer, "throttle", "--action", "DescribeInstances", "--count", "2")
        try await fault(
            computer,
            "error",
            "InternalError",
            "--status",
            "500",
            "--action",
            "DescribeSecurityGroups",
            "--count",
            "2"
        )
        try await fault(computer, "drop-answer", "--action", "CreateFleet")
        try await computer.withMachine("fault-retry") { name async throws in
            let machines = try await computer.instances(name)
            #expect(machines.list.count == 1)
        }
        try await fault(computer, "drop-answer", "--action", "RunInstances")
        try await computer.spot("launch", "fault-retry", "--market", "on-demand")
        let machines = try await computer.instances("fault-retry")
        #expect(machines.list.count == 1)
        try await computer.spot("terminate", "fault-retry")
        let leftovers = try await computer.leftovers("fault-retry")
        #expect(leftovers == [])
    }

    @Test func `a pool without capacity is passed over`() async throws {
        let computer = try await Computer(region: "eu-central-1")
        let zone = try await computer.spot("price", "t3.small", "--json").json[0]["zone"]
        let cheapest = try #require(zone.text)
        try await computer.lab.command("fault", "capacity", "t3.small", cheapest, "0")
        let name = "fault-pool"
        let launched = try await computer.spot("launch", name, "-p", "t3.small")
        #expect(launched.talk.contains("requesting spot capacity in 3 pools from $0.00"))
        #expect(launched.talk.contains("spot: fault-pool is ready: t3.small in eu-central-1"))
        let zones = try await computer.instances(name, query: "Placement.AvailabilityZone")
        #expect(zones.list.count == 1 && zones[0] != zone)
        try await computer.spot("terminate", name)
    }

    @Test func `no capacity in any pool ends with 5 and a list, and leaves nothing`() async throws {
        let computer = try await Computer(region: "eu-central-2")
        let pools = try await computer.spot("price", "t3.small", "--json").json.list
        try #require(!pools.isEmpty)
        try await computer.lab.command("fault", "capacity", "*", "eu-central-2*", "0")
        let failed = try await computer.spot("launch", "fault-full", expecting: 5)
        for zone in pools.compactMap({ $0["zone"].text }) {
            #expect(failed.talk.contains(zone))
        }
        #expect(failed.talk.contains(": InsufficientInstanceCapacity"))
        #expect(
            failed.talk.contains("spot: error: cannot launch fault-full: no pool has capacity (")
        )
        #expect(!failed.talk.contains("may be up"))
        let leftovers = try await computer.leftovers("fault-full")
        #expect(leftovers == [])
    }

    @Test func `wrong credentials end with 4, and nothing secret is shown`() async throws {
        var computer = try await Computer()
        let secret = "wrong/secret+key/that/nobody/should/see0"
        computer.variables = ["AWS_SECRET_ACCESS_KEY": secret]
        for words in [
            ["list", "-vv"], ["launch", "fault-secret", "-v"], ["terminate", "x", "--json"],
        ] {
            let refused = try await computer.program.run(words)
            #expect(refused.status == 4, "\(refused.talk)")
            #expect(refused.talk.contains("SignatureDoesNotMatch"))
            #expect(!refused.talk.contains(secret) && !refused.output.contains(secret))
        }
        let leftovers = try await computer.leftovers("fault-secret")
        #expect(leftovers == [])
        computer.variables = ["AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""]
        let none = try await computer.spot("list", expecting: 4)
        #expect(none.talk.contains("spot: error: "))
    }

    @Test func `a call that is not allowed ends with 4 and takes back what was made`() async throws
    {
        let computer = try await Computer(region: "eu-south-2")
        for action in ["RunInstances", "CreateFleet"] { try await deny(action, computer) }
        let refused = try await computer.spot("launch", "fault-denied", expecting: 4)
        #expect(refused.talk.contains("RunInstances"))
        #expect(!refused.talk.contains("may be up"))
        let leftovers = try await computer.leftovers("fault-denied")
        #expect(leftovers == [])
    }

    @Test(arguments: ["CreateFleet", "CreateLaunchTemplate"])
    func `where fleets are not allowed, pools are asked one by one`(action: String) async throws {
        let isFleet = action == "CreateFleet"
        let computer = try await Computer(region: isFleet ? "eu-west-2" : "eu-west-3")
        try await deny(action, computer)
        let name = isFleet ? "denied-fleet" : "denied-template"
        let launched = try await computer.spot("launch", name, "-p", "t3.small")
        #expect(launched.talk.contains("\(name): requesting t3.small in eu-west-"))
        let templates = try await computer.boto("describe_launch_templates", [:])
        #expect(templates["LaunchTemplates"].list.isEmpty)
        try await computer.spot("terminate", name)
    }

    private func deny(_ action: String, _ computer: Computer) async throws {
        try await fault(
            computer,
            "error",
            "UnauthorizedOperation",
            "--status",
            "403",
            "--action",
            action,
            "--count",
            "0"
        )
    }

    /// In a lab of its own, where nothing new is found at first.
    @Test func `a cloud that shows new things late still gives a machine`() async throws {
        let computer = try await Computer(lab: try await Lab.own())
        try await computer.lab.command("fault", "eventual", "3")
        let name = "fault-late"
        try await computer.spot("launch", name)
        let said = try await computer.spot("exec", name, "echo in")
        #expect(said.output == "in\n")
        try await computer.spot("terminate", name)
        let leftovers = try await computer.leftovers(name)
        #expect(leftovers == [])
    }

    /// Injects a fault into the calls of this computer's region.
    private func fault(_ computer: Computer, _ kind: String, _ options: String...) async throws {
        try await computer.lab.command(["fault", kind] + options + ["--region", computer.region])
    }
}
