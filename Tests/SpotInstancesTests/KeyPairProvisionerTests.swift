import AWSServices
import SSHKeys
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct KeyPairProvisionerTests {
    private let scenario: LaunchScenario
    private let name: MachineName

    init() throws {
        scenario = try LaunchScenario()
        name = try MachineName("web")
    }

    private var provisioner: KeyPairProvisioner {
        KeyPairProvisioner(ec2: scenario.ec2, keys: scenario.keys)
    }

    private static func line() throws -> String {
        try PrivateKey.generateEd25519(comment: "").publicKey.authorizedKeysLine
    }

    @Test func `a key that both have is imported already`() async throws {
        try scenario.haveKeyPair()
        #expect(try await provisioner.check(name) == .imported)
        _ = try await provisioner.provision(name, finding: .imported, owner: "arn")
        #expect(scenario.ec2.effects.isEmpty)
    }

    @Test func `a key that only this computer has is imported in every region`() async throws {
        let key = try scenario.keys.keyOrNew(for: name)
        #expect(try await provisioner.check(name) == .missing)
        let used = try await provisioner.provision(name, finding: .missing, owner: "arn")
        #expect(used == key)
        #expect(
            scenario.ec2.account.keyPairs.map(\.publicKey) == [key.publicKey.authorizedKeysLine]
        )
    }

    @Test func `a key pair whose key is not here is found before anything is made`() async throws {
        let line = try Self.line()
        scenario.ec2.change { $0.addKeyPair("web", publicKey: line) }
        await #expect {
            try await scenario.launch()
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .conflict
                && failure?.message.contains("not on this computer") == true
                && failure?.hint?.contains("spot terminate web") == true
        }
        // To import a new key is how it is found out.
        #expect(scenario.ec2.effects == [.importKeyPair])
        #expect(try await scenario.launcher.undo(name, scenario.journal) == .nothing)
        #expect(scenario.ec2.account.keyPairs.count == 1)
        #expect(try scenario.keys.key(for: name) == nil)
    }

    @Test func `a key pair that differs from the key here names the file`() async throws {
        let line = try Self.line()
        _ = try scenario.keys.keyOrNew(for: name)
        scenario.ec2.change { $0.addKeyPair("web", publicKey: line) }
        await #expect {
            try await provisioner.check(name)
        } throws: { error in
            let path = scenario.keys.path(for: name)
            return (error as? GeneralFailure)?.message.contains("it differs from \(path)") == true
        }
    }

    @Test func `a key pair that spot did not make asks for another name`() async throws {
        let line = try Self.line()
        scenario.ec2.change { account in
            account.keyPairs.append(KeyPair(name: KeyPairName("web"), publicKey: line))
        }
        await #expect {
            try await provisioner.check(name)
        } throws: {
            ($0 as? GeneralFailure)?.hint?.contains("another name") == true
        }
    }

    @Test func `only our own key pair is removed`() async throws {
        scenario.ec2.change { account in
            account.keyPairs.append(KeyPair(name: KeyPairName("web"), publicKey: ""))
        }
        #expect(try await !provisioner.delete(name))
        #expect(scenario.ec2.account.keyPairs.count == 1)
        try scenario.haveKeyPair()
        scenario.ec2.change { $0.keyPairs.removeFirst() }
        #expect(try await provisioner.delete(name))
        #expect(scenario.ec2.account.keyPairs.isEmpty)
    }
}
