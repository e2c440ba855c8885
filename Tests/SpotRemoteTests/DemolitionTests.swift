import AWSRuntime
import AWSServices
import Foundation
import SSHKeys
import SpotInstances
import SpotRemote
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct DemolitionTests {
    private let time = ManualTime()
    private let ec2: FakeEC2
    private var sts = FakeSTS()
    private let computer: ScratchDirectory
    private let keys: KeyStore
    private let name: MachineName
    private let here: KeyPlace
    private let elsewhere: KeyPlace

    init() throws {
        ec2 = FakeEC2(time: time)
        computer = try ScratchDirectory()
        keys = KeyStore(directory: computer("keys"))
        name = try MachineName("web")
        here = KeyPlace(owner: FakeSTS.arn, region: .usEast1)
        let ireland = try #require(Region("eu-west-1"))
        elsewhere = KeyPlace(owner: FakeSTS.arn, region: ireland)
    }

    private var demolition: Demolition {
        let directory = MachineDirectory(ec2: ec2, region: .usEast1)
        return Demolition(
            teardown: Teardown(ec2: ec2, keys: keys, region: .usEast1, time: time),
            directory: directory,
            keys: keys,
            sts: sts,
            trust: HostTrust(
                knownHosts: KnownHosts(path: computer("known_hosts"), time: time),
                records: LaunchRecords(directory: computer("launches")),
                ec2: ec2
            )
        )
    }

    private func terminate() async throws -> Teardown.Removal {
        let outcome = await demolition.remove([.name(name)]) { _ in }
        #expect(outcome.failure == nil)
        return try #require(outcome.removals.first)
    }

    @Test func `what was removed is told although something failed, and the key stays`()
        async throws
    {
        _ = try await keys.claim(name, for: here)
        ec2.change { $0.addMachine("web") }
        ec2.refuse(.deleteSecurityGroup, with: .unauthorizedOperation)
        let outcome = await demolition.remove([.name(name)]) { _ in }
        #expect(outcome.removals.map(\.instances.count) == [1])
        #expect(outcome.failure is UnfinishedRemoval)
        #expect(try keys.places(of: name) == [here])
    }

    @Test func `a key of which nobody can tell who needs it stays, and the rest is told`()
        async throws
    {
        var silent = self
        silent.sts = FakeSTS(refusing: .refusal("InternalFailure", of: .describeInstances))
        _ = try await keys.claim(name, for: here)
        ec2.change { $0.addMachine("web") }
        let outcome = await silent.demolition.remove([.name(name)]) { _ in }
        #expect(outcome.removals.map(\.instances.count) == [1])
        let failure = try #require(outcome.failure as? UnfinishedRemoval)
        #expect(failure.hint?.contains("\(keys.path(for: name))") == true)
        #expect(try keys.key(for: name) != nil)
    }

    @Test func `of several names one that fails does not hide the others`() async throws {
        ec2.change { account in
            account.addMachine("web")
            account.addMachine("db")
        }
        let subjects: [Demolition.Subject] = [
            .instance(InstanceID("i-unknown")), .name(name), .name(try MachineName("db")),
        ]
        let outcome = await demolition.remove(subjects) { _ in }
        #expect(outcome.removals.map(\.name) == ["web", "db"])
        #expect((outcome.failure as? PartialFailure)?.items.map(\.subject) == ["i-unknown"])
    }

    @Test func `where nothing of the name is found the key stays, and its path is told`()
        async throws
    {
        _ = try await keys.claim(name, for: elsewhere)
        let removal = try await terminate()
        #expect(removal.isNothing)
        #expect(try keys.key(for: name) != nil)
        #expect(try keys.places(of: name) == [elsewhere])
        #expect(removal.sentence.contains("there was nothing to remove"))
        #expect(removal.keptKey?.contains("\(keys.path(for: name))") == true)
        #expect(removal.keptKey?.contains("us-east-1") == true)
        #expect(sts.calls == 0)
    }

    @Test func `the key goes too when a removal that was cut off had left nothing else`()
        async throws
    {
        _ = try await keys.claim(name, for: here)
        let removal = try await terminate()
        #expect(removal.isNothing && removal.keptKey == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: computer("keys").string) == [])
    }

    @Test func `where nothing is found, a machine of another account here keeps the key`()
        async throws
    {
        let other = KeyPlace(account: "999999999999", region: .usEast1)
        _ = try await keys.claim(name, for: other)
        let removal = try await terminate()
        #expect(try keys.places(of: name) == [other])
        #expect(removal.keptKey?.contains("(account 999999999999)") == true)
    }

    @Test func `a key that a machine elsewhere needs stays, and the place is told`() async throws {
        _ = try await keys.claim(name, for: here)
        _ = try await keys.claim(name, for: elsewhere)
        ec2.change { $0.addMachine("web") }
        let removal = try await terminate()
        #expect(removal.instances.count == 1)
        #expect(try keys.key(for: name) != nil)
        #expect(try keys.places(of: name) == [elsewhere])
        #expect(removal.keptKey?.contains("eu-west-1 (account 123456789012)") == true)
        #expect(removal.sentence.hasSuffix(removal.keptKey ?? "?"))
    }

    @Test func `the key goes with the last machine that needs it`() async throws {
        _ = try await keys.claim(name, for: here)
        ec2.change { $0.addMachine("web") }
        let removal = try await terminate()
        #expect(removal.keptKey == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: computer("keys").string) == [])
        #expect(sts.calls == 1)
    }

    @Test func `without a key here nobody asks who we are`() async throws {
        ec2.change { $0.addMachine("web") }
        #expect(try await terminate().keptKey == nil)
        #expect(sts.calls == 0)
    }
}
