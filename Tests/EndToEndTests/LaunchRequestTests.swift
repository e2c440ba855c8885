import SpotTestSupport
import Testing

/// What a launch makes at AWS, as boto3 describes it.
@Suite struct LaunchRequestTests {
    @Test func `the machine is a hardened spot instance without a maximum price`() async throws {
        let computer = try await Computer(region: "eu-west-2")
        try await computer.withMachine("request-plain") { name async throws in
            let machine = try await computer.instances(
                name,
                query: """
                    {id: InstanceId, lifecycle: InstanceLifecycle, request: SpotInstanceRequestId, \
                    tokens: MetadataOptions.HttpTokens}
                    """
            )[0]
            #expect(machine["lifecycle"] == "spot")
            #expect(machine["tokens"] == "required")
            let shutdown = try await computer.boto(
                "describe_instance_attribute",
                [
                    "InstanceId": machine["id"],
                    "Attribute": "instanceInitiatedShutdownBehavior",
                ],
                query: "InstanceInitiatedShutdownBehavior.Value"
            )
            #expect(shutdown == "terminate")
            let request = try await computer.boto(
                "describe_spot_instance_requests",
                ["SpotInstanceRequestIds": [machine["request"]]],
                query: "SpotInstanceRequests[0].[Type, SpotPrice]"
            )
            #expect(request[0] == "one-time")
            let limit = try await spotPrice(
                of: "request-limit",
                computer,
                "--max-price",
                "0.01"
            )
            #expect(limit.text.flatMap(Double.init) == 0.01)
            #expect(request[1] != limit)
        }
    }

    @Test func `the root disk is encrypted gp3, as large as asked, and goes with the machine`()
        async throws
    {
        let computer = try await Computer(region: "eu-west-2")
        try await computer.withMachine("request-disk", "--disk", "33") { name async throws in
            let goes = try await computer.instances(
                name,
                query: "[InstanceId, BlockDeviceMappings[].Ebs.DeleteOnTermination]"
            )
            #expect(goes[0][1] == [true])
            let volumes = try await computer.boto(
                "describe_volumes",
                ["Filters": [["Name": "attachment.instance-id", "Values": [goes[0][0]]]]],
                query: "Volumes[].[Encrypted, VolumeType, Size]"
            )
            #expect(volumes == [[true, "gp3", 33]])
        }
    }

    @Test func `everything that a launch makes carries the machine's tags`() async throws {
        let computer = try await Computer(region: "eu-west-2")
        try await computer.withMachine("request-tags", "--tag", "team=blue sky") {
            name async throws in
            for (operation, query) in [
                ("describe_instances", "Reservations[].Instances[].Tags"),
                ("describe_volumes", "Volumes[].Tags"),
                ("describe_network_interfaces", "NetworkInterfaces[].TagSet"),
                ("describe_spot_instance_requests", "SpotInstanceRequests[].Tags"),
                ("describe_security_groups", "SecurityGroups[].Tags"),
                ("describe_key_pairs", "KeyPairs[].Tags"),
            ] {
                let found = try await computer.boto(
                    operation,
                    ["Filters": [["Name": "tag:spot:name", "Values": [.text(name)]]]],
                    query: query
                )
                #expect(found.list.count == 1, "\(operation)")
                let tags = found[0].list
                #expect(tags.contains(["Key": "spot:managed", "Value": "1"]), "\(operation)")
                #expect(tags.contains(["Key": "Name", "Value": .text(name)]), "\(operation)")
                #expect(tags.contains { $0["Key"] == "spot:owner" }, "\(operation)")
                if operation == "describe_instances" {
                    #expect(tags.contains(["Key": "team", "Value": "blue sky"]))
                }
            }
        }
    }

    @Test func `a machine on demand is no spot instance`() async throws {
        let computer = try await Computer(region: "eu-west-2")
        try await computer.withMachine("request-demand", "--market", "on-demand") {
            name async throws in
            let machine = try await computer.instances(
                name,
                query: "[InstanceLifecycle, SpotInstanceRequestId]"
            )
            #expect(machine == [[nil, nil]])
        }
    }

    @Test func `the person's user data runs beside ours`() async throws {
        let computer = try await Computer()
        let script = "#!/bin/bash\nprintf 'it ran' >/var/tmp/mark\n"
        try computer.files.write(Array(script.utf8), to: "boot.sh")
        try await computer.withMachine("request-data", "--user-data", "boot.sh") {
            name async throws in
            let said = try await computer.spot("exec", name, "cat /var/tmp/mark")
            #expect(said.output == "it ran")
        }
    }

    @Test func `user data that fails is told with the way to its log, and the machine stays`()
        async throws
    {
        let computer = try await Computer()
        let name = "request-broken"
        try computer.files.write(Array("#!/bin/sh\nexit 3\n".utf8), to: "boot.sh")
        let failed = try await computer.spot("launch", name, "--user-data", "boot.sh", expecting: 1)
        #expect(failed.talk.contains("cannot make request-broken ready: cloud-init failed: "))
        #expect(failed.talk.contains("/var/log/cloud-init-output.log' shows why"))
        let said = try await computer.spot("exec", name, "echo up")
        #expect(said.output == "up\n")
        try await computer.spot("terminate", name)
    }

    @Test func `row 31: too much user data is refused before anything is made`() async throws {
        let computer = try await Computer(region: "eu-west-2")
        let noise = (0..<40_000).map { _ in UInt8.random(in: 0x21...0x7e) }
        try computer.files.write(Array("#!/bin/sh\n: ".utf8) + noise, to: "boot.sh")
        let refused = try await computer.spot(
            "launch",
            "request-big",
            "--user-data",
            "boot.sh",
            expecting: 2
        )
        #expect(refused.talk.contains("cannot use this user data: compressed together"))
        #expect(refused.talk.contains(", and AWS takes 16384\n"))
        let leftovers = try await computer.leftovers("request-big")
        #expect(leftovers == [])
    }

    /// What the spot request of a new machine says about its price.
    private func spotPrice(of name: String, _ computer: Computer, _ flags: String...) async throws
        -> JSONValue
    {
        let launched = try await computer.program.run(["launch", name] + flags)
        #expect(launched.talk.contains("makes interruptions likelier"))
        let price = try await computer.boto(
            "describe_spot_instance_requests",
            ["Filters": [["Name": "tag:spot:name", "Values": [.text(name)]]]],
            query: "SpotInstanceRequests[0].SpotPrice"
        )
        try await computer.spot("terminate", name)
        return price
    }
}
