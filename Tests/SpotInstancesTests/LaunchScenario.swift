import AWSRuntime
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
    /// Of one launch: a later one has a journal of its own.
    var journal = LaunchJournal()
    let phases = Phases()

    /// What was reported, in order.
    final class Phases: Sendable {
        private let all = Mutex<[LaunchPhase]>([])

        var texts: [String] { all.withLock { $0.map(\.text) } }

        @Sendable func report(_ phase: LaunchPhase) { all.withLock { $0.append(phase) } }
    }

    /// - Parameter allowsFleets: False where the account's policy knows only `RunInstances`.
    init(account: FakeAccount = FakeAccount(), allowsFleets: Bool = true) throws {
        time = ManualTime()
        ec2 = FakeEC2(time: time, account: account)
        computer = try ScratchDirectory()
        if !allowsFleets {
            ec2.refuse(.createLaunchTemplate, with: .unauthorizedOperation, times: 1000)
        }
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
    func launch(
        _ fields: [String: [String]] = [:],
        profile: String = "t3.small",
        patience: Duration? = nil
    ) async throws -> InstanceLauncher.Outcome {
        var wish = LaunchWish(
            name: try MachineName("web"),
            profile: try .fixture(profile, fields)
        )
        wish.capacityTimeout = patience
        return try await launcher.launch(
            wish,
            journal: journal,
            report: phases.report
        )
    }

    /// Every call of AWS so far but looks at the machine's progress after the first.
    var callsBesidesPolling: Int {
        let polls = max(0, ec2.count(.describeInstances) - 1)
        return ec2.calls.count - polls + ssm.calls.count + sts.calls
    }

    /// The key here and its public half at EC2, as an earlier launch left them.
    func haveKeyPair() throws {
        let key = try keys.keyOrNew(for: MachineName("web"))
        ec2.change { $0.addKeyPair("web", publicKey: key.publicKey.authorizedKeysLine) }
    }
}
