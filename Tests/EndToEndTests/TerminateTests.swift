import SpotTestSupport
import Testing

/// `terminate` leaves nothing of a machine and touches nothing else.
@Suite struct TerminateTests {
    @Test func `it says what it removed, leaves nothing, and repeating it is harmless`()
        async throws
    {
        let computer = try await Computer(region: "ca-central-1")
        let name = "end-total"
        try await computer.spot("launch", name)
        let facts = try await computer.instances(
            name,
            query: "[InstanceId, SpotInstanceRequestId, SecurityGroups[0].GroupId]"
        )[0].list.compactMap(\.text)
        try #require(facts.count == 3)
        let removed = try await computer.spot("terminate", name)
        #expect(
            removed.lines.last.map(String.init) == """
                spot: \(name): removed instance \(facts[0]), spot request \(facts[1]), \
                security group \(facts[2]), key pair \(name)
                """
        )
        let leftovers = try await computer.leftovers(name)
        #expect(leftovers == [])
        let pins = try computer.pins()
        #expect(pins == [])
        let again = try await computer.spot("terminate", name)
        #expect(again.lines.last == "spot: end-total: there was nothing to remove")
        try await computer.spot("exec", name, "true", expecting: 255)
    }

    @Test func `several names go at once, and one that never was does no harm`() async throws {
        let computer = try await Computer(region: "ca-central-1")
        async let one = computer.spot("launch", "end-one")
        async let two = computer.spot("launch", "end-two")
        _ = try await [one, two]
        let removed = try await computer.spot(
            "terminate",
            "end-one",
            "end-never",
            "end-two",
            "--json"
        )
        let names = try removed.json.list.map { $0["name"] }
        #expect(names == ["end-one", "end-never", "end-two"])
        for name in ["end-one", "end-two"] {
            let leftovers = try await computer.leftovers(name)
            #expect(leftovers == [])
        }
    }

    @Test func `a pattern asks first, and takes only the machines that match`() async throws {
        let computer = try await Computer(region: "sa-east-1")
        async let one = computer.spot("launch", "glob-1")
        async let two = computer.spot("launch", "glob-2")
        async let other = computer.spot("launch", "blob-1")
        _ = try await [one, two, other]
        let unasked = try await computer.spot("terminate", "glob-*", expecting: 2)
        #expect(unasked.talk.contains("terminate glob-1, glob-2?"))
        #expect(unasked.talk.contains("spot: hint: answer in advance with --yes\n"))

        let refusal = try await answer("n\r", computer)
        #expect(refusal == 130)
        let kept = try await computer.spot("list", "-q")
        #expect(kept.output == "blob-1\nglob-1\nglob-2\n")
        let consent = try await answer("y\r", computer)
        #expect(consent == 0)
        let left = try await computer.spot("list", "-q")
        #expect(left.output == "blob-1\n")
        try await computer.spot("terminate", "?lob-1", "-y")
        let none = try await computer.spot("terminate", "*", "--yes", expecting: 3)
        #expect(none.talk.contains("cannot find a machine that matches *"))
    }

    @Test func `a machine that spot did not make goes by its id only`() async throws {
        let computer = try await Computer(region: "ap-northeast-1")
        try await computer.withMachine("end-ours") { name async throws in
            let image = try await computer.instances(name, query: "ImageId")[0]
            let foreign = try #require(try await runForeign("end-foreign", image, computer).text)
            let byName = try await computer.spot("terminate", "end-foreign")
            #expect(byName.talk.contains("end-foreign: there was nothing to remove"))
            let byPattern = try await computer.spot("terminate", "end-f*", "-y", expecting: 3)
            #expect(byPattern.output == "")
            let before = try await state(of: foreign, computer)
            #expect(before != "terminated" && before != "shutting-down")

            try await computer.spot("terminate", "--id", foreign)
            let after = try await state(of: foreign, computer)
            #expect(after == "terminated")
            let ours = try await computer.instances(name).list
            #expect(ours.count == 1)
        }
    }

    @Test func `row 25: a persistent request is cancelled, nothing comes back`() async throws {
        let computer = try await Computer(region: "ap-northeast-1")
        let name = "end-persistent"
        try await computer.spot("launch", "end-model")
        let image = try await computer.instances("end-model", query: "ImageId")[0]
        let made = try await computer.boto(
            "run_instances",
            [
                "ImageId": image, "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1,
                "InstanceMarketOptions": [
                    "MarketType": "spot",
                    "SpotOptions": [
                        "SpotInstanceType": "persistent", "InstanceInterruptionBehavior": "stop",
                    ],
                ],
                "TagSpecifications": [["ResourceType": "instance", "Tags": tags(name)]],
            ],
            query: "Instances[0].[InstanceId, SpotInstanceRequestId]"
        )
        try await computer.spot("terminate", "end-model")
        let removed = try await computer.spot("terminate", name)
        #expect(removed.talk.contains("spot request \(made[1].text ?? "none")"))
        let request = try await computer.boto(
            "describe_spot_instance_requests",
            ["SpotInstanceRequestIds": [made[1]]],
            query: "SpotInstanceRequests[0].[Type, State]"
        )
        #expect(request == ["persistent", "cancelled"])
        let leftovers = try await computer.leftovers(name)
        #expect(leftovers == [])
    }

    private func answer(_ keys: String, _ computer: Computer) async throws -> Int32 {
        let window = try PseudoTerminal()
        let process = try computer.program.start(["terminate", "glob-*"], onTerminal: window.path)
        _ = try await window.screen.text(until: "terminate glob-1, glob-2? [y/N]")
        try window.type(keys)
        return try await process.end()
    }

    private func tags(_ name: String) -> JSONValue {
        [
            ["Key": "spot:managed", "Value": "1"], ["Key": "spot:name", "Value": .text(name)],
            ["Key": "Name", "Value": .text(name)],
        ]
    }

    private func runForeign(_ name: String, _ image: JSONValue, _ computer: Computer) async throws
        -> JSONValue
    {
        try await computer.boto(
            "run_instances",
            [
                "ImageId": image, "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1,
                "TagSpecifications": [
                    [
                        "ResourceType": "instance",
                        "Tags": [["Key": "Name", "Value": .text(name)]],
                    ]
                ],
            ],
            query: "Instances[0].InstanceId"
        )
    }

    private func state(of id: String, _ computer: Computer) async throws -> JSONValue {
        try await computer.boto(
            "describe_instances",
            ["InstanceIds": [.text(id)]],
            query: "Reservations[0].Instances[0].State.Name"
        )
    }
}
