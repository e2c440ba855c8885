import Foundation
import SpotTestSupport
import SystemPackage
import Testing

/// The key pair: here first, at AWS second, never overwritten.
@Suite struct KeyPairTests {
    @Test func `a key pair that exists only at AWS is refused before anything is made`()
        async throws
    {
        let computer = try await Computer(region: "eu-north-1")
        try await computer.boto("create_key_pair", ["KeyName": "keys-foreign"])
        let refused = try await computer.spot("launch", "keys-foreign", expecting: 1)
        #expect(
            refused.talk.contains(
                "spot: error: cannot use key pair keys-foreign for the machine keys-foreign: its "
                    + "private key is not on this computer\nspot: hint: it was not made by spot: "
            )
        )
        let leftovers = try await computer.leftovers("keys-foreign")
        #expect(leftovers == [])
        let pairs = try await computer.boto("describe_key_pairs", query: "KeyPairs[].KeyName")
        #expect(pairs == ["keys-foreign"])
        try await computer.boto("delete_key_pair", ["KeyName": "keys-foreign"])
    }

    @Test func `a key pair that differs from the key here is refused, and neither is touched`()
        async throws
    {
        let computer = try await Computer(region: "eu-north-1")
        try await computer.boto("create_key_pair", ["KeyName": "keys-differ"])
        let key = try await computer.makeKey(for: "keys-differ")
        let refused = try await computer.spot("launch", "keys-differ", expecting: 1)
        #expect(refused.talk.contains("it differs from \(computer.key(of: "keys-differ"))"))
        #expect(try ScratchDirectory.read(computer.key(of: "keys-differ")) == key)
        #expect(try await computer.instances("keys-differ") == [])
        try await computer.boto("delete_key_pair", ["KeyName": "keys-differ"])
    }

    @Test func `a key that is here already is imported and used as it is`() async throws {
        let computer = try await Computer()
        let key = try await computer.makeKey(for: "keys-kept")
        try await computer.withMachine("keys-kept") { name async throws in
            #expect(try ScratchDirectory.read(computer.key(of: name)) == key)
            #expect(try await computer.spot("exec", name, "echo in").output == "in\n")
        }
    }

    @Test func `the key file is private and is what OpenSSH reads`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("keys-mode") { name async throws in
            let path = computer.key(of: name).string
            let facts = try await computer.run("/usr/bin/stat", "-c", "%a", path)
            #expect(facts.output == "600\n")
            let folder = try await computer.run(
                "/usr/bin/stat",
                "-c",
                "%a",
                computer.state.appending("keys").string
            )
            #expect(folder.output == "700\n")
            let line = try await computer.run("/usr/bin/ssh-keygen", "-y", "-f", path)
            let imported = try await computer.boto(
                "describe_key_pairs",
                ["KeyNames": [.text(name)], "IncludePublicKey": true],
                query: "KeyPairs[0].[KeyType, PublicKey]"
            )
            #expect(imported[0] == "ed25519")
            #expect(words(imported[1].text) == words(line.output))
        }
    }

    @Test
    func `a second computer with the key works, verified by the tag; without it says what to copy`()
        async throws
    {
        let first = try await Computer()
        let second = try await Computer()
        try await first.withMachine("keys-second") { name async throws in
            let refused = try await second.spot("exec", name, "true", expecting: 255)
            #expect(refused.talk.contains("its private key is not on this computer"))
            #expect(refused.talk.contains("to \(second.key(of: name))"))
            #expect(try await second.spot("list", "-q").output.contains("\(name)\n"))

            try second.put(try ScratchDirectory.read(first.key(of: name)), asKeyOf: name)
            #expect(try await second.spot("exec", name, "echo in").output == "in\n")
            try await second.spot("launch", name)
            #expect(try await second.instances(name).list.count == 1)
        }
    }

    @Test
    func `a launch from a second computer without the key refuses and makes no second machine`()
        async throws
    {
        let first = try await Computer()
        let second = try await Computer()
        try await first.withMachine("keys-clash") { name async throws in
            let before = try await first.instances(name)
            let refused = try await second.spot("launch", name, expecting: 7)
            #expect(refused.talk.contains("its private key is not on this computer"))
            #expect(try await first.instances(name) == before)
        }
    }

    private func words(_ line: String?) -> [Substring]? {
        (line?.split(separator: " ").prefix(2)).map(Array.init)
    }
}
