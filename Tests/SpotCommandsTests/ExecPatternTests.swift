import AWSServices
import Glibc
import SSHKeys
import SpotInstances
import SpotTestSupport
import SystemPackage
import Testing

/// One command on several machines, which are all one real OpenSSH server here.
@Suite(.timeLimit(.minutes(2)))
struct ExecPatternTests {
    typealias Ending = CommandScenario.Ending

    private let daemon: SSHDaemon

    init() throws {
        daemon = try SSHDaemon()
    }

    /// - Parameter absent: Machines whose keys are on another computer.
    private func scenario(_ names: String..., absent: [String] = []) throws -> CommandScenario {
        let scenario = try CommandScenario { account in
            for name in names + absent {
                account.addMachine(name) { machine in
                    machine.address = "127.0.0.1"
                    machine.tags["spot:user"] = daemon.user
                    machine.tags["spot:ssh-port"] = "\(daemon.port)"
                    machine.tags["spot:host-key"] = daemon.hostKeyLine
                }
            }
        }
        for name in names {
            try scenario.write(daemon.identityText, to: ".local/state/spot/keys/\(name)")
        }
        return scenario
    }

    /// Whether a machine is the first or the second to get here; they share a directory.
    private var isFirst: String { "mkdir '\(daemon.scratch("first"))' 2>/dev/null" }

    private func sorted(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init).sorted()
    }

    @Test func `every machine that matches says its lines behind its name`() async throws {
        let scenario = try scenario("job-1", "job-20", "web")
        let ending = await scenario.run("exec", "job-*", "printf 'one\\ntwo'; echo no >&2")
        #expect(ending.status == 0)
        #expect(
            sorted(ending.output) == [
                "job-1  | one", "job-1  | two", "job-20 | one", "job-20 | two",
            ]
        )
        #expect(sorted(ending.talk) == ["job-1  | no", "job-20 | no"])
    }

    @Test func `words stay whole and there is nothing to read`() async throws {
        let scenario = try scenario("a1")
        await scenario.expect(
            "exec",
            "a?",
            "--",
            "sh",
            "-c",
            "cat; printf '<%s>' \"$@\"",
            "sh",
            "a  b",
            "$(id)",
            is: Ending(0, output: "a1 | <a  b><$(id)>\n")
        )
    }

    @Test func `names are coloured on a terminal`() async throws {
        var scenario = try scenario("a1")
        scenario.isTerminal = true
        await scenario.expect(
            "exec",
            "a*",
            "echo x; exec >&2; echo y",
            is: Ending(
                0,
                output: "\u{1b}[36ma1 |\u{1b}[0m x\n",
                talk: "\u{1b}[33ma1 |\u{1b}[0m y\n"
            )
        )
    }

    @Test func `a status that all have is the status, without a word`() async throws {
        let scenario = try scenario("a1", "a2")
        await scenario.expect("exec", "a*", "exit 7", is: Ending(7))
        await scenario.expect("exec", "a*", "kill -TERM $$", is: Ending(143))
    }

    @Test func `statuses that differ end with 8 and a line that says whose they are`()
        async throws
    {
        let scenario = try scenario("a1", "a2")
        let ending = await scenario.run("exec", "a*", "--", "sh", "-c", "\(isFirst) && exit 5")
        #expect(ending.status == 8)
        #expect(ending.output == "")
        let summaries = ["a1 ended with 5; a2 ended with 1", "a1 ended with 1; a2 ended with 5"]
        #expect(summaries.map { "spot: error: 2 of 2 failed: \($0)\n" }.contains(ending.talk))
    }

    @Test func `a machine that cannot be reached is told with its name, the others go on`()
        async throws
    {
        let scenario = try scenario("a1", absent: ["a2"])
        await scenario.expect(
            "exec",
            "a*",
            "echo done",
            is: Ending(
                8,
                output: "a1 | done\n",
                talk: """
                    spot: error: cannot log in to a2: its private key is not on this computer
                    spot: hint: copy it from the computer that launched a2 to \
                    /home/ada/.local/state/spot/keys/a2
                    spot: error: 1 of 2 failed: a2 could not be seen through

                    """
            )
        )
    }

    @Test func `two machines of one name are both left alone`() async throws {
        let scenario = try scenario("a1", "a2", absent: ["a2"])
        let ending = await scenario.run("exec", "a*", "echo done")
        #expect(ending.status == 8)
        #expect(ending.output == "a1 | done\n")
        #expect(ending.talk.contains("spot: error: cannot tell which a2 is meant: "))
    }

    @Test func `a name that somebody else made cannot steer the terminal`() async throws {
        let scenario = try scenario("a1", absent: ["a\u{1b}[2J\nspot: all is well"])
        let ending = await scenario.run("exec", "a*", "echo done")
        #expect(ending.status == 8)
        #expect(ending.output == #"a1                          | done"# + "\n")
        #expect(
            ending.talk.split(separator: "\n").last
                == #"spot: error: 1 of 2 failed: a\x1b[2J\nspot: all is well could not be seen through"#
        )
        #expect(!ending.talk.contains("\u{1b}") && !ending.talk.contains("\nspot: all"))
    }

    @Test func `with --json each machine's end is an object, and lines are talk`() async throws {
        let scenario = try scenario("a1", absent: ["a2"])
        let ending = await scenario.run("exec", "--json", "a*", "echo done; exit 3")
        #expect(ending.status == 8)
        #expect(
            sorted(ending.output) == [
                #"{"error":{"causes":[],"hint":"copy it from the computer that launched a2 to "#
                    + #"/home/ada/.local/state/spot/keys/a2","kind":"transport","message":"cannot "#
                    + #"log in to a2: its private key is not on this computer"},"name":"a2","#
                    + #""status":255}"#,
                #"{"name":"a1","status":3}"#,
            ]
        )
        #expect(ending.talk.contains("a1 | done\n"))
    }

    @Test func `with --parallel 1 one machine follows the other`() async throws {
        let scenario = try scenario("a1", "a2", "a3")
        let line = "\(isFirst) || exit 1; echo x; rmdir '\(daemon.scratch("first"))'"
        await scenario.expect(
            "exec",
            "--parallel",
            "1",
            "a*",
            line,
            is: Ending(0, output: "a1 | x\na2 | x\na3 | x\n")
        )
    }

    @Test func `machines work at the same time`() async throws {
        let scenario = try scenario("a1", "a2")
        let pipe = daemon.scratch("pipe").string
        #expect(unsafe mkfifo(pipe, 0o600) == 0)
        // Each end of such a pipe opens only when somebody opens the other one.
        let line = "if \(isFirst); then echo met >'\(pipe)'; else cat '\(pipe)'; fi"
        let ending = await scenario.run("exec", "a*", line)
        #expect(ending.status == 0)
        #expect(["a1 | met\n", "a2 | met\n"].contains(ending.output))
    }

    @Test func `a reader that is slow gets everything, however much it is`() async throws {
        let scenario = try scenario("a1", "a2")
        let ending = await scenario.run("exec", "a*", "seq 200000")
        let expected = (1...200_000).map { "a1 | \($0)" }
        let lines = ending.output.split(separator: "\n")
        #expect(lines.count == 400_000)
        #expect(lines.filter { $0.hasPrefix("a1") }.elementsEqual(expected) { $0 == $1 })
    }

    @Test func `a pattern that matches nothing alive ends with 3`() async throws {
        let scenario = try CommandScenario { account in
            account.addMachine("job-0") { $0.state = .terminated }
        }
        await scenario.expect(
            "exec",
            "job-*",
            "true",
            is: Ending(3, talk: "spot: error: cannot find a machine that matches job-*\n")
        )
    }

    @Test func `a terminal for many, or none at a time, is refused before anybody is asked`()
        async throws
    {
        let scenario = try CommandScenario()
        for words in [["-t", "a*", "top"], ["--parallel", "0", "a*", "top"]] {
            let ending = await scenario.run(["exec"] + words)
            #expect(ending.status == 2)
            #expect(ending.talk.hasPrefix("spot: error: cannot understand the command line: "))
        }
        #expect(scenario.hasAskedNobody)
    }
}
