import Foundation
import SpotTestSupport
import SystemPackage
import Testing

/// A machine's host key is known before anything is sent to it, and a wrong one ends everything.
@Suite struct HostKeyTests {
    @Test func `the machine presents the key that is pinned and in its tag`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("trust-pin") { name async throws in
            let machine = try await computer.instances(
                name,
                query: "[InstanceId, Tags[?Key=='spot:host-key'].Value | [0]]"
            )[0]
            let id = try #require(machine[0].text)
            let key = try #require(machine[1].text)
            let pins = try computer.pins()
            #expect(pins == ["\(id) \(key)"])
            let there = try await computer.spot(
                "exec",
                name,
                "cat /etc/ssh/ssh_host_ed25519_key.pub"
            )
            #expect(there.output.hasPrefix(key))
            let records = computer.localFiles().filter { $0.contains("/launches/") }
            #expect(records == [])
        }
    }

    @Test func `the first-boot key that user data shows is worth nothing after the launch`()
        async throws
    {
        let computer = try await Computer()
        try await computer.withMachine("trust-fresh") { name async throws in
            let id = try await computer.instances(name)[0]
            let data = try await computer.boto(
                "describe_instance_attribute",
                ["InstanceId": id, "Attribute": "userData"],
                query: "UserData.Value"
            )
            #expect(data.text?.isEmpty == false)
            let reused = try await computer.spot(
                "exec",
                name,
                """
                k=$(cut -d' ' -f2 /etc/ssh/ssh_host_ed25519_key.pub); \
                sudo grep -rqF -- "$k" /var/lib/cloud && echo known
                """,
                expecting: 1
            )
            #expect(reused.output == "")
        }
    }

    @Test func `row 23: another key than the pinned one is refused`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("trust-changed") { name async throws in
            try await computer.spot("exec", name, Self.replaceKey)
            try await expectRefusal("exec", 255, name, computer)
            try await expectRefusal("upload", 7, name, computer)
            try await expectRefusal("launch", 7, name, computer)
            let id = try #require(try await computer.instances(name)[0].text)
            let home = try await computer.lab.command(
                "host",
                id,
                "--exec",
                "ls -A /home/ec2-user | grep -c mark || true"
            )
            #expect(home.output == "0\n")
        }
    }

    @Test func `a second computer trusts the tag and refuses a machine that presents another key`()
        async throws
    {
        let first = try await Computer()
        let second = try await Computer()
        try await first.withMachine("trust-tag") { name async throws in
            try second.put(try ScratchDirectory.read(first.key(of: name)), asKeyOf: name)
            try await first.spot("exec", name, Self.replaceKey)
            try await expectRefusal("exec", 255, name, second)
        }
    }

    @Test func `a machine whose launch record is lost is known by its console`() async throws {
        let computer = try await Computer()
        let name = "trust-lost"
        let launch = try computer.start("launch", name)
        try await launch.says(": i-")
        launch.signal(9)
        #expect(try await launch.end().status == 128 + 9)
        let records = computer.state.appending("launches").string
        try FileManager.default.removeItem(atPath: records)
        try await computer.spot("launch", name)
        let said = try await computer.spot("exec", name, "echo in")
        #expect(said.output == "in\n")
        try await computer.spot("terminate", name)
    }

    @Test func `without pin and tag, a key that the console does not show is refused`() async throws
    {
        let computer = try await Computer()
        try await computer.withMachine("trust-console") { name async throws in
            let machine = try await computer.instances(
                name,
                query: "[InstanceId, Tags[?Key=='spot:host-key']]"
            )[0]
            try await computer.boto(
                "delete_tags",
                ["Resources": [machine[0]], "Tags": machine[1]]
            )
            let path = computer.state.appending("known_hosts").string
            try FileManager.default.removeItem(atPath: path)
            // The console shows the keys of the first boot, and this machine has made its own since.
            try await expectRefusal("exec", 255, name, computer)
        }
    }

    private static let replaceKey = """
        f=/etc/ssh/ssh_host_ed25519_key; sudo rm $f && sudo ssh-keygen -q -t ed25519 -N '' -f $f
        """

    private func expectRefusal(
        _ verb: String,
        _ status: Int32,
        _ name: String,
        _ computer: Computer
    ) async throws {
        try computer.files.write([], to: "mark")
        let words = ["exec": ["touch mark"], "upload": ["mark"]][verb] ?? []
        let result = try await computer.program.run(
            [verb, name] + words,
            in: computer.files.path.string
        )
        #expect(result.status == status, "\(result.talk)")
        #expect(result.talk.contains("cannot trust \(name) at "))
        #expect(result.talk.contains("someone may be listening in"))
        #expect(result.talk.firstMatch(of: /(?i)skip|ignore|insecure|--no-/) == nil)
    }
}
