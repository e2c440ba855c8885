import FoundationEssentials
import SpotInstances
import SpotSupport
import Testing

struct MachineTagsTests {
    private static let expires = Date(timeIntervalSince1970: 1_767_400_000)

    private static func tags() throws -> MachineTags {
        MachineTags(
            name: try MachineName("web"),
            owner: "arn:aws:iam::123456789012:user/ada",
            generation: 7,
            expires: expires,
            user: "admin",
            port: 2222,
            profile: "gpu",
            price: "0.0062",
            others: ["team": "render", "Name": "stolen", "spot:managed": "no", "spot:name": "db"]
        )
    }

    @Test func `what is written in tags is read back from a machine`() throws {
        let machine = Machine.fixture(tags: try Self.tags().all)
        #expect(machine.name == "web")
        #expect(machine.isManaged)
        #expect(machine.owner == "arn:aws:iam::123456789012:user/ada")
        #expect(machine.generation == 7)
        #expect(machine.expires == Self.expires)
        #expect(machine.user == "admin")
        #expect(machine.port == 2222)
        #expect(machine.profile == "gpu")
        #expect(machine.launchPrice == "0.0062")
    }

    @Test func `a profile's tags cannot replace ours`() throws {
        let all = try Self.tags().all
        #expect(all["team"] == "render")
        #expect(all["Name"] == "web")
        #expect(all["spot:name"] == "web")
        #expect(all["spot:managed"] == "1")
    }

    @Test func `no tag is longer than EC2 takes and all keys are ours or given`() throws {
        let tags = MachineTags(
            name: try MachineName(String(repeating: "n", count: 63)),
            owner: "arn",
            generation: 1,
            user: "u",
            port: 22,
            profile: "p"
        ).all
        #expect(tags.values.allSatisfy { $0.count <= 256 })
        #expect(
            tags.keys.sorted() == [
                "Name", "spot:generation", "spot:managed", "spot:name", "spot:owner",
                "spot:profile", "spot:ssh-port", "spot:user",
            ]
        )
    }

    @Test func `a resource is marked for a machine by two tags together`() throws {
        let name = try MachineName("web")
        #expect(MachineTags.identifying(name, owner: "arn").marks(name))
        #expect(!["spot:name": "web"].marks(name))
        #expect(!["spot:managed": "1", "spot:name": "db"].marks(name))
        #expect(!["spot:managed": "1"].marks(name))
    }
}
