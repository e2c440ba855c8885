import SpotTestSupport
import Testing

/// What is told before money is spent: prices, plans, and whether all is in order.
@Suite struct OutlookTests {
    @Test func `a dry run changes nothing at AWS and nothing here`() async throws {
        let computer = try await Computer(lab: try await Lab.own())
        let plan = try await computer.spot(
            "launch",
            "outlook-dry",
            "-p",
            "t3.small",
            "--dry-run",
            "--json"
        )
        let json = try plan.json
        #expect(json["action"] == "launch")
        #expect(json["pools"].list.count == 6)
        #expect(json["pools"].list.allSatisfy { $0["onDemandPrice"] == "0.0208" })
        #expect(json["pools"].list.count { $0["isLikeliest"] == true } == 1)
        let calls = try JSONValue(
            decoding: try await computer.lab.command("calls", "--json").output
        )
        #expect(!calls["calls"].list.isEmpty)
        #expect(calls["calls"].list.filter { $0["mutates"] == true } == [])
        #expect(computer.localFiles() == [])
    }

    @Test func `the doctor changes nothing either, and finds a fresh account in order`()
        async throws
    {
        let computer = try await Computer(lab: try await Lab.own())
        let found = try await computer.spot("doctor", "--json").json.list
        #expect(found.count { $0["verdict"] == "problem" } == 0)
        let permissions = found.first { $0["check"] == "permissions" }
        #expect(permissions?["verdict"] == "ok")
        let before = try await computer.boto(
            "describe_security_groups",
            query: "SecurityGroups[].GroupName"
        )
        #expect(before == ["default"])
        let keys = try await computer.boto("describe_key_pairs", query: "KeyPairs")
        #expect(keys == [])
        let templates = try await computer.boto(
            "describe_launch_templates",
            query: "LaunchTemplates"
        )
        #expect(templates == [])
        let machines = try await computer.boto("describe_instances", query: "Reservations")
        #expect(machines == [])
    }

    @Test func `18 a region that is not enabled is named, and the others are shown`() async throws {
        let computer = try await Computer(lab: try await Lab.own())
        try await computer.lab.command(
            "fault",
            "error",
            "AuthFailure",
            "--status",
            "401",
            "--region",
            "eu-west-3",
            "--count",
            "0"
        )
        let prices = try await computer.spot(
            "price",
            "t3.small",
            "--region",
            "us-east-1,eu-west-3,eu-west-1",
            "--json",
            expecting: 8
        )
        let regions = Set(try prices.json.list.compactMap { $0["region"].text })
        #expect(regions == ["us-east-1", "eu-west-1"])
        #expect(prices.talk.contains("eu-west-3"))
    }

    @Test func `on a terminal the doctor marks each finding and says what to do`() async throws {
        var computer = try await Computer(region: "eu-north-1")
        computer.variables = ["NO_COLOR": "1", "SPOT_CHECKIP_URL": "http://127.0.0.1:9/"]
        let window = try PseudoTerminal(columns: 100)
        let process = try computer.program.start(["doctor"], onTerminal: window.path)
        let screen = try await window.screen.text(until: " skipped")
        #expect(try await process.end(within: .seconds(30)) == 1)
        #expect(screen.contains("✓ ok       credentials"))
        #expect(screen.contains("✗ problem  address          cannot find this computer's public"))
        #expect(
            screen.contains("→ set SPOT_CHECKIP_URL to a service that answers with your public")
        )
    }
}
