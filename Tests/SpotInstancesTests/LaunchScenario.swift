import AWSServices
import Foundation
import SSHKeys
import SpotInstances
import SpotProfiles
import SpotSupport
import SpotTestSupport
import Synchronization

/// One computer that launches machines in a cloud of fakes.
struct LaunchScenario {
    let time: ManualTime
    let ec2: FakeEC2
    let ssm = FakeSSM()
    let sts = FakeSTS()
    let address = FakeCallerAddress()
    let computer: ScratchDirectory
    let journal = LaunchJournal()
    let phases = Phases()

    /// What was reported, in order.
    final class Phases: Sendable {
        private let all = Mutex<[LaunchPhase]>([])

        var texts: [String] { all.withLock { $0.map(\.text) } }

        @Sendable func report(_ phase: LaunchPhase) { all.withLock { $0.append(phase) } }
    }

    init(account: FakeAccount = FakeAccount()) throws {
        time = ManualTime()
        ec2 = FakeEC2(time: time, account: account)
        computer = try ScratchDirectory()
    }

    var keys: KeyStore { KeyStore(directory: computer("keys")) }
    var records: LaunchRecords { LaunchRecords(directory: computer("launches")) }

    var directory: MachineDirectory { MachineDirectory(ec2: ec2, region: .usEast1) }
    var waiter: InstanceWaiter { InstanceWaiter(directory: directory, time: time) }

    var launcher: InstanceLauncher {
        InstanceLauncher(
            ec2: ec2,
            planner: LaunchPlanner(
                ec2: ec2,
                ssm: ssm,
                sts: sts,
                keys: keys,
                region: .usEast1,
                time: time
            ),
            keys: keys,
            records: records,
            region: .usEast1,
            caller: InstanceLauncher.Caller(
                description: "spot: ada@desk",
                address: { [address] in
                    try await CallerAddress.ask("https://ip.test/", over: address)
                }
            ),
            time: time
        )
    }

    /// Launches web with these fields of the profile.
    func launch(_ fields: [String: [String]] = [:], profile: String = "t3.small") async throws
        -> InstanceLauncher.Outcome
    {
        let wish = LaunchWish(
            name: try MachineName("web"),
            profile: try .fixture(profile, fields)
        )
        return try await launcher.launch(
            wish,
            journal: journal,
            report: phases.report
        )
    }

    /// Every call of AWS so far but looks at one instance's progress.
    var callsBesidesPolling: Int {
        let polls = ec2.calls.count { call in
            guard case .describeInstances(let query) = call else { return false }
            return !query.ids.isEmpty
        }
        return ec2.calls.count - polls + ssm.calls.count + sts.calls
    }

    /// The key here and its public half at EC2, as an earlier launch left them.
    func haveKeyPair() throws {
        let key = try keys.keyOrNew(for: MachineName("web"))
        ec2.change { $0.addKeyPair("web", publicKey: key.publicKey.authorizedKeysLine) }
    }
}
