import SpotTestSupport
import SystemPackage
import Testing

/// `launch` ends with one machine, whatever was there before.
@Suite struct LaunchTests {
    @Test func `a machine that runs is reconnected to, and says so`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("launch-again") { name async throws in
            let before = try await computer.instances(name)
            let again = try await computer.spot("launch", name, "--disk", "20")
            #expect(again.talk.contains("spot: launch-again is ready: t"))
            #expect(again.talk.contains(" ago\n"))
            #expect(again.talk.contains("was there already: --disk changed nothing of it"))
            let after = try await computer.instances(name)
            #expect(after == before)
        }
    }

    /// In a lab of its own, whose machines take their time.
    @Test func `a machine is taken up when it is pending, stopping, stopped and shutting down`()
        async throws
    {
        let name = "launch-states"
        let computer = try await Computer(lab: try await Lab.own())
        try await computer.lab.command("fault", "boot", "--pending", "4", "--shutdown", "4")
        let first = try computer.start("launch", name, "--market", "on-demand")
        try await first.says("is pending")
        first.signal(9)
        #expect(try await first.end().status == 128 + 9)
        let pending = try await computer.instances(name, query: "[State.Name, InstanceId]")
        let id = pending[0][1]
        #expect(pending.list == [["pending", id]])
        try await computer.spot("launch", name)

        try await computer.boto("stop_instances", ["InstanceIds": [id]])
        let stopping = try await computer.instances(name, query: "[State.Name, InstanceId]")
        #expect(stopping.list == [["stopping", id]])
        let restarted = try await computer.spot("launch", name)
        #expect(restarted.talk.contains(" ago\n"))

        try await computer.spot("stop", name)
        let stopped = try await computer.instances(name, query: "[State.Name, InstanceId]")
        #expect(stopped.list == [["stopped", id]])
        try await computer.spot("launch", name)
        try await computer.spot("exec", name, "true")
        let running = try await computer.instances(name)
        #expect(running.list == [id])

        try await computer.boto("terminate_instances", ["InstanceIds": [id]])
        let ending = try await computer.boto(
            "describe_instances",
            ["InstanceIds": [id]],
            query: "Reservations[].Instances[].State.Name"
        )
        #expect(ending == ["shutting-down"])
        try await computer.spot("launch", name)
        let anew = try await computer.instances(name)
        #expect(anew.list.count == 1 && anew[0] != id)
        try await computer.spot("terminate", name)
        let leftovers = try await computer.leftovers(name)
        #expect(leftovers == [])
    }

    @Test func `a machine that was terminated is launched anew with the same group and key`()
        async throws
    {
        let computer = try await Computer(region: "us-east-2")
        try await computer.withMachine("launch-anew") { name async throws in
            let before = try await whole(name, computer)
            try await computer.boto("terminate_instances", ["InstanceIds": [before["id"]]])
            try await computer.spot("wait", name, "--for", "terminated")
            try await computer.spot("launch", name)
            let after = try await whole(name, computer)
            #expect(after["id"] != before["id"])
            #expect(after["groups"] == before["groups"])
            #expect(after["key"] == before["key"])
            #expect(after["generation"] == ["2"])
            let said = try await computer.spot("exec", name, "echo in")
            #expect(said.output == "in\n")
        }
    }

    @Test func `two live machines of one name are refused with both ids`() async throws {
        let computer = try await Computer(region: "us-east-2")
        try await computer.withMachine("launch-twins") { name async throws in
            let image = try await computer.instances(name, query: "ImageId")[0]
            try await computer.boto(
                "run_instances",
                [
                    "ImageId": image, "InstanceType": "t3.small", "MinCount": 1, "MaxCount": 1,
                    "TagSpecifications": [
                        [
                            "ResourceType": "instance",
                            "Tags": [
                                ["Key": "spot:managed", "Value": "1"],
                                ["Key": "spot:name", "Value": .text(name)],
                            ],
                        ]
                    ],
                ]
            )
            let ids = try await computer.instances(name).list.compactMap(\.text).sorted()
            let refused = try await computer.spot("launch", name, expecting: 1)
            let problem = "cannot tell which launch-twins is meant: "
            #expect(refused.talk.contains(problem + ids.joined(separator: " and ")))
            #expect(refused.talk.contains("'spot terminate --id \(ids[0])'"))
            let after = try await computer.instances(name).list.compactMap(\.text).sorted()
            #expect(after == ids)
        }
    }

    @Test func `two launches of one name at the same moment from one computer make one machine`()
        async throws
    {
        let computer = try await Computer(region: "us-west-1")
        let name = "launch-race"
        async let first = computer.spot("launch", name)
        async let second = computer.spot("launch", name)
        let talk = try await [first.talk, second.talk]
        #expect(talk.count { $0.contains(" ago\n") } == 1, "\(talk)")
        try await expectOneMachine(name, [computer])
    }

    @Test
    func `two launches at the same moment from computers that share the key make one machine`()
        async throws
    {
        let name = "launch-both"
        let first = try await Computer(region: "us-west-1")
        let second = try await Computer(region: "us-west-1")
        let key = try await first.makeKey(for: name)
        try second.put(key, asKeyOf: name)
        async let one = first.spot("launch", name)
        async let other = second.spot("launch", name)
        _ = try await [one, other]
        try await expectOneMachine(name, [first, second])
    }

    private func expectOneMachine(_ name: String, _ computers: [Computer]) async throws {
        let machines = try await computers[0].instances(name)
        #expect(machines.list.count == 1)
        for computer in computers {
            let said = try await computer.spot("exec", name, "echo in")
            #expect(said.output == "in\n")
        }
        try await computers[0].spot("terminate", name)
        let leftovers = try await computers[0].leftovers(name)
        #expect(leftovers == [])
    }

    /// What of a machine may stay when it is launched anew.
    private func whole(_ name: String, _ computer: Computer) async throws -> JSONValue {
        try await computer.instances(
            name,
            query: """
                {id: InstanceId, key: KeyName, groups: SecurityGroups[].GroupId, \
                generation: Tags[?Key=='spot:generation'].Value}
                """
        )[0]
    }
}
