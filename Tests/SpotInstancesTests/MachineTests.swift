import AWSServices
import SSHKeys
import SpotInstances
import SpotSupport
import Testing

struct MachineTests {
    @Test func `a machine's name is our tag, else AWS's, else its id`() {
        #expect(Machine.fixture(tags: ["spot:name": "web", "Name": "other"]).name == "web")
        #expect(Machine.fixture(tags: ["Name": "other"]).name == "other")
        #expect(Machine.fixture("i-9", tags: [:]).name == "i-9")
    }

    @Test func `tags of another form are as good as missing`() {
        let machine = Machine.fixture(tags: [
            "spot:generation": "many", "spot:ssh-port": "ssh", "spot:expires": "tomorrow",
            "spot:host-key": "ssh-ed25519 nonsense",
        ])
        #expect(machine.generation == 0)
        #expect(machine.port == nil)
        #expect(machine.expires == nil)
        #expect(machine.hostKey == nil)
        #expect(!machine.isManaged)
    }

    @Test func `the host key is read from its tag`() throws {
        let key = try PrivateKey.generateEd25519(comment: "").publicKey
        let machine = Machine.fixture(tags: ["spot:host-key": key.authorizedKeysLine])
        #expect(machine.hostKey == key)
    }

    @Test func `the public IPv4 address comes before the IPv6 one`() {
        #expect(Machine.fixture().address == nil)
        #expect(Machine.fixture { $0.ipv6Address = "2001:db8::7" }.address == "2001:db8::7")
        let both = Machine.fixture {
            $0.ipv6Address = "2001:db8::7"
            $0.publicAddress = "203.0.113.7"
        }
        #expect(both.address == "203.0.113.7")
    }

    @Test(arguments: [
        ("Server.SpotInstanceTermination", true), ("Server.SpotInstanceShutdown", true),
        ("Client.UserInitiatedShutdown", false), ("Server.InternalError", false),
    ])
    func `AWS's own words tell an interruption`(code: String, isInterruption: Bool) {
        let machine = Machine.fixture { $0.stateReason = StateReason(code: code, message: "") }
        #expect(machine.wasInterrupted == isInterruption)
    }

    @Test(arguments: InstanceState.allCases)
    func `what is shutting down or terminated is not alive`(state: InstanceState) {
        #expect(state.isAlive == ![.shuttingDown, .terminated].contains(state))
    }
}
