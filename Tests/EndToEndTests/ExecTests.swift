import SpotTestSupport
import SystemPackage
import Testing

/// Commands there behave as commands here: streams, arguments, status.
@Suite struct ExecTests {
    @Test func `streams stay apart, words stay whole, and the status is exact`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("exec-plain") { name async throws in
            let both = try await computer.spot(
                "exec",
                name,
                "echo out; echo err >&2; exit 77",
                expecting: 77
            )
            #expect(both.output == "out\n")
            #expect(both.talk == "err\n")
            let words = try await computer.spot(
                "exec",
                name,
                "--",
                "printf",
                "<%s>",
                "a  b",
                "$(id)",
                "",
                "it's",
                "line\nbreak",
                "-n"
            )
            #expect(words.output == "<a  b><$(id)><><it's><line\nbreak><-n>")
            for status: Int32 in [0, 1, 127, 254] {
                try await computer.spot("exec", name, "exit \(status)", expecting: status)
            }
            try await computer.spot("exec", name, "kill -TERM $$", expecting: 128 + 15)
            try await computer.spot("exec", name, "kill -KILL $$", expecting: 128 + 9)
        }
    }

    @Test func `every byte goes through, in both directions at once`() async throws {
        let computer = try await Computer()
        let bytes = (0..<4_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        try await computer.withMachine("exec-bytes") { name async throws in
            let echoed = try await computer.spot("exec", name, "tee /dev/stderr", input: bytes)
            #expect(echoed.outputBytes == bytes)
            let empty = try await computer.spot("exec", name, "wc -c")
            #expect(empty.output == "0\n")
            let unread = try await computer.spot("exec", name, "head -c 3", input: bytes)
            #expect(unread.outputBytes == Array(bytes[..<3]))
        }
    }

    @Test func `a script runs by its shebang with its arguments, environment and directory`()
        async throws
    {
        let computer = try await Computer()
        try computer.files.write(
            Array(
                "#!/usr/bin/env -S awk -f\nBEGIN { print ENVIRON[\"A\"] ENVIRON[\"PWD\"]; exit 6 }\n"
                    .utf8
            ),
            to: "it's a script.awk"
        )
        try computer.files.write(
            Array("#!/bin/sh\nprintf '<%s>' \"$@\"; pwd; cat; echo no newline at the end".utf8),
            to: "sh"
        )
        try await computer.withMachine("exec-run") { name async throws in
            let awk = try await computer.spot(
                "run",
                "-e",
                "A=1 '2'\n",
                "-w",
                "/var/tmp",
                name,
                "it's a script.awk",
                expecting: 6
            )
            #expect(awk.output == "1 '2'\n/var/tmp\n")
            let shell = try await computer.spot(
                "run",
                name,
                "sh",
                "-x",
                "a b",
                "",
                "$HOME",
                input: Array("input\n".utf8)
            )
            #expect(
                shell.output
                    == "<-x><a b><><$HOME>/home/ec2-user\ninput\nno newline at the end\n"
            )
            let stream = try await computer.spot(
                "run",
                name,
                "-",
                "one",
                input: Array("#!/bin/sh\necho \"got $1\"\n".utf8)
            )
            #expect(stream.output == "got one\n")
            try await expectNoScripts(name, computer)
        }
    }

    @Test func `a script that is cut off or killed is removed all the same`() async throws {
        let computer = try await Computer()
        try computer.files.write(
            Array("#!/bin/sh\nkill -TERM $PPID; sleep 5\n".utf8),
            to: "kill.sh"
        )
        try computer.files.write(Array("#!/no/such/interpreter\n".utf8), to: "none.sh")
        try await computer.withMachine("exec-clean") { name async throws in
            _ = try await computer.program.run(["run", name, computer.files("kill.sh").string])
            let none = try await computer.program.run([
                "run", name, computer.files("none.sh").string,
            ])
            #expect([126, 127].contains(none.status))
            try await expectNoScripts(name, computer)
            let missing = try await computer.spot("run", name, "missing.sh", expecting: 2)
            #expect(missing.talk.contains("cannot run missing.sh: there is no such file"))
        }
    }

    private func expectNoScripts(_ name: String, _ computer: Computer) async throws {
        let left = try await computer.spot("exec", name, "ls -A | grep '^.spot' || true")
        #expect(left.output == "")
    }
}
