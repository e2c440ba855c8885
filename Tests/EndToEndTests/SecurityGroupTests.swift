import SpotTestSupport
import Testing

/// Who is let in: this computer, from where it is now, and nobody else unasked.
@Suite struct SecurityGroupTests {
    @Test func `a machine has a group of its own that lets in this computer's SSH and no more`()
        async throws
    {
        let computer = try await Computer()
        try await computer.withMachine("group-own") { name async throws in
            let groups = try await rules(of: name, computer)
            let port = try computer.sshPort
            #expect(groups == [["spot-group-own", [["tcp", port, port, ["127.0.0.1/32"], []]]]])
            let attached = try await computer.instances(name, query: "SecurityGroups[].GroupName[]")
            #expect(attached == ["spot-group-own"])
        }
    }

    /// In a lab of its own, where this computer can move.
    @Test func `a caller whose address has changed is let in by the next launch`() async throws {
        let computer = try await Computer(lab: try await Lab.own())
        var hurried = computer
        hurried.variables = ["SPOT_CONNECT_TIMEOUT": "2s"]
        try await computer.withMachine("group-moved") { name async throws in
            try await openToColleague(name, computer)
            try await computer.lab.command("fault", "caller", "203.0.113.9")
            let shut = try await hurried.spot("exec", name, "true", expecting: 255)
            #expect(
                shut.talk.contains("if your own address has changed, 'spot launch group-moved'")
            )

            try await computer.spot("launch", name)
            let said = try await computer.spot("exec", name, "echo in")
            #expect(said.output == "in\n")
            let groups = try await rules(of: name, computer)
            let ranges = Set(groups[0][1].list.flatMap { $0[3].list })
            #expect(ranges == ["203.0.113.9/32", "198.51.100.7/32"])
        }
    }

    @Test func `an opening for the whole internet is warned about and made`() async throws {
        let computer = try await Computer()
        let name = "group-open"
        let launched = try await computer.spot("launch", name, "--firewall", "tcp:8080:0.0.0.0/0")
        #expect(
            launched.talk.contains(
                "spot: warning: tcp:8080:0.0.0.0/0 lets the whole internet in (--firewall)\n"
            )
        )
        let groups = try await rules(of: name, computer)
        let rules = groups[0][1].list
        #expect(rules.contains(["tcp", 8080, 8080, ["0.0.0.0/0"], []]))
        let port = try computer.sshPort
        #expect(rules.contains(["tcp", port, port, ["127.0.0.1/32"], []]))
        #expect(rules.count == 2)
        try await computer.spot("terminate", name)
    }

    @Test func `a group of the name that spot did not make is refused and stays`() async throws {
        let computer = try await Computer(region: "eu-north-1")
        let network = try await computer.boto("describe_vpcs", query: "Vpcs[0].VpcId")
        let group = try await computer.boto(
            "create_security_group",
            ["GroupName": "spot-group-foreign", "Description": "of another", "VpcId": network],
            query: "GroupId"
        )
        let refused = try await computer.spot("launch", "group-foreign", expecting: 1)
        #expect(refused.talk.contains("it was not made by spot"))
        try await computer.spot("terminate", "group-foreign")
        let left = try await computer.boto(
            "describe_security_groups",
            ["GroupIds": [group]],
            query: "SecurityGroups[].GroupName"
        )
        #expect(left == ["spot-group-foreign"])
        let pairs = try await computer.boto(
            "describe_key_pairs",
            ["Filters": [["Name": "key-name", "Values": ["group-foreign"]]]],
            query: "KeyPairs[].KeyName"
        )
        #expect(pairs == [])
        try await computer.boto("delete_security_group", ["GroupId": group])
    }

    /// A rule that someone else made.
    private func openToColleague(_ name: String, _ computer: Computer) async throws {
        let group = try await computer.instances(name, query: "SecurityGroups[0].GroupId")[0]
        try await computer.boto(
            "authorize_security_group_ingress",
            [
                "GroupId": group,
                "IpPermissions": [
                    [
                        "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22,
                        "IpRanges": [["CidrIp": "198.51.100.7/32", "Description": "a colleague"]],
                    ]
                ],
            ]
        )
    }

    private func rules(of name: String, _ computer: Computer) async throws -> JSONValue {
        try await computer.boto(
            "describe_security_groups",
            ["Filters": [["Name": "tag:spot:name", "Values": [.text(name)]]]],
            query: """
                SecurityGroups[].[GroupName, IpPermissions[].\
                [IpProtocol, FromPort, ToPort, IpRanges[].CidrIp, Ipv6Ranges[].CidrIpv6]]
                """
        )
    }
}

extension Computer {
    /// Where the lab's hosts listen: 22, or another where something else is on that port.
    fileprivate var sshPort: JSONValue {
        get throws {
            let port = try #require(lab.environment["SPOT_SSH_PORT"].flatMap(Double.init))
            return .number(port)
        }
    }
}
