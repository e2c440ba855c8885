import Glibc
import SpotTestSupport
import Testing

/// A launch that is stopped halfway leaves nothing, or what the next launch takes up.
@Suite struct InterruptedLaunchTests {
    /// A phase as the status line shows it; a machine may exist only from some of them on.
    private static let phases = [
        "looking it up", "choosing image", "preparing key pair", "requesting", "is pending",
        "connecting", "making a fresh host key", "cloud-init is running",
    ]

    @Test(arguments: phases.indices)
    func `Ctrl-C leaves nothing, or a machine that the next launch finds`(phase: Int) async throws {
        let computer = try await makeComputer(region: "ap-south-1")
        let name = "ctrl-c-\(phase)"
        let launch = try computer.start("launch", name, "--user-data", "slow.sh")
        _ = try await launch.talk.text(until: Self.phases[phase])
        launch.process.signal(SIGINT)
        let status = try await launch.process.end()
        let shown = await launch.talk.rest()
        #expect(status == 130, "\(shown)")
        let left = try await computer.leftovers(name)
        if left.isEmpty {
            #expect(!shown.contains("may be up"))
        } else {
            #expect(
                shown.contains("spot: \(name) may be up and billing: 'spot launch \(name)'"),
                "\(left)"
            )
            try await expectToBeTakenUp(name, computer)
        }
    }

    @Test func `Ctrl-C during a relaunch says that a machine may come, where its group was there`()
        async throws
    {
        let region = "ap-northeast-2"
        let name = "ctrl-c-again"
        let computer = try await Computer(region: region)
        try await computer.spot("launch", name)
        let first = try await computer.instances(name)[0]
        try await computer.boto("terminate_instances", ["InstanceIds": [first]])
        try await computer.lab.command(
            "fault",
            "latency",
            "3",
            "--region",
            region,
            "--action",
            "RunInstances"
        )
        let launch = try computer.start("launch", name)
        _ = try await launch.talk.text(until: "requesting")
        launch.process.signal(SIGINT)
        #expect(try await launch.process.end() == 130)
        let shown = try await launch.talk.text(until: "takes it up")
        #expect(shown.contains("spot: \(name) may be up and billing: 'spot launch \(name)'"))
        try await expectToBeTakenUp(name, computer)
    }

    @Test(arguments: phases.indices)
    func `the launch after kill -9 goes on to one machine`(phase: Int) async throws {
        let computer = try await makeComputer(region: "ap-southeast-2")
        let name = "kill-9-\(phase)"
        let launch = try computer.start("launch", name, "--user-data", "slow.sh")
        _ = try await launch.talk.text(until: Self.phases[phase])
        launch.process.signal(SIGKILL)
        #expect(try await launch.process.end() == 128 + SIGKILL)
        try await expectToBeTakenUp(name, computer)
    }

    private func makeComputer(region: String) async throws -> Computer {
        let computer = try await Computer(region: region)
        // Keeps the last phase long enough to be hit.
        try computer.files.write(Array("#!/bin/sh\nsleep 2\n".utf8), to: "slow.sh")
        return computer
    }

    private func expectToBeTakenUp(_ name: String, _ computer: Computer) async throws {
        let before = try await computer.instances(name).list
        try await computer.spot("launch", name)
        let after = try await computer.instances(name).list
        #expect(after.count == 1)
        if !before.isEmpty { #expect(after == before) }
        let said = try await computer.spot("exec", name, "echo in")
        #expect(said.output == "in\n")
        try await computer.spot("terminate", name)
        let leftovers = try await computer.leftovers(name)
        // What kill -9 left of a file half written is a hidden file beside it.
        #expect(leftovers.filter { !$0.contains("/.") || $0.contains("/launches/") } == [])
        let pins = try computer.pins()
        #expect(pins == [])
    }
}
