import SpotTestSupport
import Testing

/// What AWS does and simulators forget, each behaviour injected into a lab of this suite's own.
///
/// The rows are those of the table in docs/lab.md.
@Suite(.serialized) final class HostileCloudTests {
    private let computer: Computer

    init() async throws {
        computer = try await Computer(lab: try await Lab.upset())
        try await computer.lab.command("fault", "clear")
    }

    private func fault(_ words: String...) async throws {
        try await computer.lab.command(["fault"] + words)
    }

    /// Launches a machine that must come up, and ends it again.
    private func expectMachine(_ name: String, _ words: String...) async throws -> String {
        let launched = try await computer.program.run(
            ["launch", name] + words,
            within: Computer.patience
        )
        #expect(launched.status == 0, "\(launched.talk)")
        let machines = try await computer.instances(name)
        #expect(machines.list.count == 1)
        try await expectEnd(of: name)
        return launched.talk
    }

    private func expectEnd(of name: String) async throws {
        try await computer.spot("terminate", name)
        let leftovers = try await computer.leftovers(name)
        #expect(leftovers == [])
    }

    /// Launches a machine that must not come up, and leaves nothing.
    private func expectRefusal(_ status: Int32, _ name: String, _ words: String...) async throws
        -> String
    {
        let refused = try await computer.program.run(
            ["launch", name] + words,
            within: Computer.patience
        )
        #expect(refused.status == status, "\(refused.talk)")
        let leftovers = try await computer.leftovers(name)
        #expect(leftovers == [])
        return refused.talk
    }

    @Test func `row 2: a clock that is wrong is made up for`() async throws {
        try await fault("clock", "7200")
        let listed = try await computer.spot("list")
        #expect(listed.talk.contains("no machines"))
    }

    @Test func `row 6, 13: no capacity is no fault to try again`() async throws {
        try await fault("capacity", "*", "*", "0")
        try await computer.lab.command("calls", "--forget")
        let talk = try await expectRefusal(5, "row-13", "-p", "t3.small")
        #expect(talk.contains("t3.small in us-east-1a, "))
        let calls = try await computer.lab.command("calls", "--json").output
        let fleets = try JSONValue(decoding: calls)["calls"].list.count {
            $0["action"].text == "CreateFleet"
        }
        #expect(fleets == 1)
    }

    @Test func `row 8: answers that are lost after the effect do no harm`() async throws {
        for action in [
            "ImportKeyPair", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress",
            "CreateLaunchTemplate", "CreateFleet", "DeleteLaunchTemplate", "CreateTags",
            "TerminateInstances", "DeleteSecurityGroup", "DeleteKeyPair",
        ] {
            try await fault("drop-answer", "--action", action)
        }
        _ = try await expectMachine("row-8")
    }

    @Test func `row 10: a machine that is not found once is terminated all the same`() async throws
    {
        try await computer.spot("launch", "row-10")
        try await fault("error", "InvalidInstanceID.NotFound", "--action", "TerminateInstances")
        try await expectEnd(of: "row-10")
    }

    @Test func `row 15: a machine that dies at birth gives way to the next pool`() async throws {
        try await fault("stillbirth", "Server.InsufficientInstanceCapacity")
        let talk = try await expectMachine("row-15")
        #expect(talk.contains(": Server.InsufficientInstanceCapacity"))
    }

    @Test func `row 15: a machine that dies of a key says so`() async throws {
        try await fault("stillbirth", "Client.InvalidKMSKey.InvalidState")
        let talk = try await expectRefusal(1, "row-15-key")
        #expect(talk.contains("Client.InvalidKMSKey.InvalidState"))
        #expect(talk.contains("AWSServiceRoleForEC2Spot"))
    }

    @Test func `row 16: a spot role that nobody can make is explained`() async throws {
        try await fault("spot-role", "denied")
        let talk = try await expectRefusal(4, "row-16")
        #expect(talk.contains("aws iam create-service-linked-role"))
    }

    @Test func `row 17: a quota of nothing is named with its code`() async throws {
        try await fault("vcpus", "0")
        let talk = try await expectRefusal(5, "row-17", "-p", "t3.small")
        #expect(talk.contains("the account's quota is used up"))
        #expect(talk.contains("--quota-code L-34B43A08"))
    }

    @Test func `row 18: a region that is not enabled does not hide the others`() async throws {
        try await fault("closed-regions", "eu-north-1")
        try await computer.spot("launch", "row-18")
        let listed = try await computer.spot("list", "--all-regions", "-q")
        #expect(listed.output == "row-18\n")
        try await expectEnd(of: "row-18")
    }

    @Test func `row 19: without a default network the ways to one are named`() async throws {
        try await fault("default-vpc", "off")
        let talk = try await expectRefusal(1, "row-19")
        #expect(talk.contains("no default VPC"))
        #expect(talk.contains("--subnet"))
    }

    @Test func `row 21, 22, 24: everything comes late, and is waited for`() async throws {
        try await fault("boot", "--address", "2", "--sshd", "3", "--keys", "4", "--console", "5")
        _ = try await expectMachine("row-21")
    }

    @Test func `row 23: an address that another machine had is no other host`() async throws {
        try await fault("reuse-addresses", "on")
        try await computer.spot("launch", "row-23-a")
        let address = try await computer.instances("row-23-a", query: "PublicIpAddress")[0]
        try await expectEnd(of: "row-23-a")
        try await computer.spot("launch", "row-23-b")
        let again = try await computer.instances("row-23-b", query: "PublicIpAddress")[0]
        #expect(again == address)
        let said = try await computer.spot("exec", "row-23-b", "echo in")
        #expect(said.output == "in\n")
        try await expectEnd(of: "row-23-b")
    }

    @Test func `row 26: a machine that runs, and that AWS will take back, is told as such`()
        async throws
    {
        try await computer.spot("launch", "row-26")
        let id = try #require(try await computer.instances("row-26")[0].text)
        try await computer.lab.command("interrupt", id)
        let status = try await computer.spot("status", "row-26", "--json").json
        #expect(status["state"].text == "running")
        #expect(status["interruptionNotice"].text?.contains("no Spot capacity") == true)
        try await expectEnd(of: "row-26")
    }

    @Test func `row 27: a machine that EC2 has forgotten is launched anew`() async throws {
        try await computer.spot("launch", "row-27")
        try await fault("vanish", "0")
        let first = try await computer.instances("row-27")[0]
        try await computer.boto("terminate_instances", ["InstanceIds": [first]])
        try await computer.spot("launch", "row-27")
        let second = try await computer.instances("row-27")
        #expect(second.list.count == 1 && second[0] != first)
        try await fault("clear")
        try await expectEnd(of: "row-27")
    }

    @Test func `row 33: pages, empty ones too, are all read`() async throws {
        try await fault("pages", "1", "--empty")
        try await computer.spot("launch", "row-33")
        let listed = try await computer.spot("list", "-q")
        #expect(listed.output == "row-33\n")
        try await computer.spot("terminate", "row-33")
        try await fault("clear")
        let leftovers = try await computer.leftovers("row-33")
        #expect(leftovers == [])
    }

    @Test(arguments: ["html", "empty", "truncate", "half"])
    func `row 39: an answer that is none is asked for again`(kind: String) async throws {
        try await fault(kind, "--action", "Describe*", "--count", "2")
        let listed = try await computer.spot("list")
        #expect(listed.talk.contains("no machines"))
    }
}
