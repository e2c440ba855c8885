import SpotTestSupport
import Testing

/// What a shell script does to our streams: it closes them, or stops reading.
@Suite struct ClosedStreamsTests {
    @Test func `streams that are closed or not read end a command, and hang nothing`()
        async throws
    {
        let computer = try await Computer()
        try await computer.withMachine("closed-streams") { name async throws in
            let spot = "'\(PackageRoot.product("spot"))'"
            let quiet = try await bash(
                "\(spot) exec \(name) 'seq 1000000' | head -1; echo ${PIPESTATUS[0]}",
                computer
            )
            #expect(quiet.output == "1\n141\n")
            #expect(quiet.talk == "")

            let noOutput = try await bash("\(spot) exec \(name) 'echo hi' >&-", computer)
            #expect(noOutput.status == 255)
            #expect(noOutput.talk.contains("bad file descriptor"))

            let noInput = try await bash("\(spot) exec \(name) cat <&-", computer)
            #expect(noInput.status == 0)
            #expect(noInput.output == "")
        }
    }

    @Test func `a command that is interrupted here ends there`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("closed-interrupt") { name async throws in
            let window = try PseudoTerminal()
            let process = try computer.program.start(
                ["exec", name, "echo begun; exec sleep 1234"],
                onTerminal: window.path
            )
            _ = try await window.screen.text(until: "begun\r\n")
            try window.type("\u{3}")
            #expect(try await process.end(within: .seconds(20)) == 130)
            let left = try await computer.spot("exec", name, "pgrep -f 'sleep 123[4]' || echo none")
            #expect(left.output == "none\n")
        }
    }

    private func bash(_ script: String, _ computer: Computer) async throws -> ChildProcess.Result {
        try await computer.run("/bin/bash", "-c", script)
    }
}
