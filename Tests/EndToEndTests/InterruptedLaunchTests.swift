import Glibc
import SpotTestSupport
import Testing

/// A launch that is stopped halfway leaves nothing, or what the next launch takes up.
@Suite struct InterruptedLaunchTests {
    /// A phase as the status line shows it; a machine may exist only from some of them on.
    private static let phases = [
        "looking it up", "choosing image", "preparing key pair", "requesting", ": i-",
        "connecting", "making a fresh host key", "checking cloud-init",
    ]

    @Test(arguments: phases.indices)
    func `Ctrl-C leaves nothing, or a machine that the next launch finds`(phase: Int) async throws {
        let computer = try await makeComputer(region: "ap-south-1", phase: phase)
        let name = "ctrl-c-\(phase)"
        let launch = try computer.start("launch", name, "--user-data", "boot.sh")
        try await launch.says(Self.phases[phase])
        launch.signal(SIGINT)
        let (status, shown) = try await launch.end()
        #expect(status == 130, "\(shown)")
        let left = try await computer.leftovers(name)
        if left.isEmpty {
            #expect(!shown.contains("may be up"))
        } else {
            #expect(
                shown.contains("spot: \(name) may be up and billing: 'spot launch \(name)'"),
                "\(left)"
            )
            try await finishBoot(name, computer, phase: phase)
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
            "CreateFleet"
        )
        let launch = try computer.start("launch", name)
        try await computer.lab.waitForFault(in: region)
        launch.signal(SIGINT)
        let (status, shown) = try await launch.end()
        #expect(status == 130)
        #expect(shown.contains("spot: \(name) may be up and billing: 'spot launch \(name)'"))
        try await expectToBeTakenUp(name, computer)
    }

    @Test(arguments: phases.indices)
    func `the launch after kill -9 goes on to one machine`(phase: Int) async throws {
        let computer = try await makeComputer(region: "ap-southeast-2", phase: phase)
        let name = "kill-9-\(phase)"
        let launch = try computer.start("launch", name, "--user-data", "boot.sh")
        try await launch.says(Self.phases[phase])
        launch.signal(SIGKILL)
        #expect(try await launch.end().status == 128 + SIGKILL)
        try await finishBoot(name, computer, phase: phase)
        try await expectToBeTakenUp(name, computer)
    }

    /// With user data that takes as long as the test wants in the last phase.
    private func makeComputer(region: String, phase: Int) async throws -> Computer {
        let computer = try await Computer(region: region)
        let waits = phase == Self.phases.indices.last
        let script = waits ? "until test -e /run/go; do sleep 0.1; done" : "true"
        try computer.files.write(Array("#!/bin/sh\n\(script)\n".utf8), to: "boot.sh")
        return computer
    }

    /// Lets the user data of the last phase come to its end.
    private func finishBoot(_ name: String, _ computer: Computer, phase: Int) async throws {
        guard phase == Self.phases.indices.last else { return }
        let id = try #require(try await computer.instances(name)[0].text)
        try await computer.lab.command("host", id, "--exec", "touch /run/go")
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
