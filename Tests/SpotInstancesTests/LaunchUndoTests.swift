import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

/// What is taken back of a launch that no machine came of.
struct LaunchUndoTests {
    private let scenario: LaunchScenario
    private let name: MachineName

    init() throws {
        scenario = try LaunchScenario()
        name = try MachineName("web")
    }

    /// Launches web, which must fail, and takes back what it made.
    private func undoneLaunch(_ fields: [String: [String]] = [:]) async throws
        -> InstanceLauncher.Aftermath
    {
        await #expect(throws: (any Error).self) { try await scenario.launch(fields) }
        return try await scenario.launcher.undo(name, scenario.journal)
    }

    @Test func `a launch that is refused leaves nothing, here or there`() async throws {
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        #expect(try await undoneLaunch() == .nothing)
        #expect(scenario.ec2.account.groups.isEmpty)
        #expect(scenario.ec2.account.keyPairs.isEmpty)
        #expect(try scenario.keys.key(for: name) == nil)
        #expect(try scenario.keys.places(of: name) == [])
    }

    @Test func `a key that was here before stays`() async throws {
        let key = try scenario.keys.keyOrNew(for: name)
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        #expect(try await undoneLaunch() == .nothing)
        #expect(try scenario.keys.key(for: name) == key)
        #expect(try scenario.keys.places(of: name) == [])
    }

    @Test func `a key that another region has begun to use in between stays`() async throws {
        let other = KeyPlace(account: "210987654321", region: .usEast1)
        scenario.ec2.refuse(.runInstances, with: .unauthorizedOperation)
        await #expect(throws: AWSError.self) { try await scenario.launch() }
        _ = try await scenario.keys.claim(name, for: other)
        #expect(try await scenario.launcher.undo(name, scenario.journal) == .nothing)
        #expect(try scenario.keys.key(for: name) != nil)
        #expect(try scenario.keys.places(of: name) == [other])
    }
}
