import SpotTestSupport
import Testing

/// The policy that docs/permissions.md hands out: enough for the whole job, and not more than spot's own.
@Suite struct PolicyTests {
    private static let policy = PackageRoot.path + "/docs/iam-policy.json"

    /// A computer whose caller may do what the published policy says, and nothing else.
    private func computer() async throws -> Computer {
        let computer = try await Computer(lab: try await Lab.own())
        try await computer.lab.command("policy", Self.policy)
        return computer
    }

    private func denied(_ computer: Computer) async throws -> [JSONValue] {
        let told = try await computer.lab.command("decisions", "--json").output
        return try JSONValue(decoding: told)["decisions"].list.filter { $0["allowed"] == false }
    }

    @Test func `is all that a machine's life needs`() async throws {
        let computer = try await computer()
        try computer.files.write("data".utf8, to: "data")
        try computer.files.write("#!/bin/sh\ntr a-z A-Z <data >result\n".utf8, to: "job")
        for (name, market) in [("policy-spot", "spot"), ("policy-demand", "on-demand")] {
            try await computer.spot("launch", name, "--market", market, "-u", "data", "-s", "job")
            try await computer.spot("download", name, "result")
            #expect(try ScratchDirectory.read(computer.files("result")) == Array("DATA".utf8))
            try await computer.spot("launch", name)
            try await computer.spot("list")
            try await computer.spot("status", name)
            if market == "on-demand" {
                try await computer.spot("stop", name)
                try await computer.spot("start", name)
            }
            try await computer.spot("doctor", name)
            try await computer.spot("terminate", name)
        }
        try await computer.spot("price", "t3.small", "--all-regions")
        try await computer.spot("launch", "policy-dry", "--dry-run")
        #expect(try await denied(computer) == [])
    }

    @Test func `does not reach what spot has not made`() async throws {
        let computer = try await Computer(lab: try await Lab.own())
        let strangers = try await computer.boto(
            "create_security_group",
            ["GroupName": "theirs", "Description": "of somebody else"],
            query: "GroupId"
        )
        try await computer.lab.command("policy", Self.policy)
        let calls: [(String, JSONValue)] = [
            ("create_security_group", ["GroupName": "mine", "Description": "without a tag"]),
            ("delete_security_group", ["GroupId": strangers]),
            (
                "create_tags",
                ["Resources": [strangers], "Tags": [["Key": "spot:managed", "Value": "1"]]]
            ),
        ]
        for (operation, parameters) in calls {
            await #expect(throws: (any Error).self, "\(operation)") {
                try await computer.boto(operation, parameters)
            }
        }
        #expect(
            try await denied(computer).compactMap { $0["action"].text } == [
                "ec2:CreateSecurityGroup", "ec2:DeleteSecurityGroup", "ec2:CreateTags",
            ]
        )
    }
}
