import AWSRuntime
import AWSServices
import SpotSupport
import SpotTestSupport
import Testing

/// `exec`, `run`, `shell`, `upload` and `download` up to the connection.
struct RemoteVerbTests {
    typealias Ending = CommandScenario.Ending

    private static let absent = """
        spot: error: cannot find a machine named web in us-east-1
        spot: hint: 'spot list' shows what there is; --region looks elsewhere

        """

    /// The status of a remote command is its own: ours must not be mistaken for it.
    @Test(arguments: [["exec", "web", "false"], ["shell", "web"], ["run", "web", "-"]])
    func `without a machine a command ends with ssh's own 255`(words: [String]) async throws {
        try await CommandScenario().expect(words, is: Ending(255, talk: Self.absent))
    }

    @Test(arguments: [["upload", "web", "file"], ["download", "web", "file"]])
    func `without a machine a copy ends with 3`(words: [String]) async throws {
        try await CommandScenario().expect(words, is: Ending(3, talk: Self.absent))
    }

    @Test func `without permission a command ends with 255, a copy with 4`() async throws {
        let scenario = try CommandScenario()
        scenario.ec2.refuse(.describeInstances, with: .authFailure, times: 2)
        #expect(await scenario.run("exec", "web", "true").status == 255)
        #expect(await scenario.run("upload", "web", "file").status == 4)
    }

    @Test(
        arguments: [
            ["exec", "web", "ls", "--json"], ["exec", "web", "--", "ls", "--json"],
            ["exec", "web", "--", "--json"], ["exec", "web", "ls", "-q", "--help"],
            ["shell", "web", "--", "top", "--json"], ["run", "web", "-", "--json", "--version"],
        ]
    )
    func `what follows the name is the command's, flags and all`(words: [String]) async throws {
        try await CommandScenario().expect(words, is: Ending(255, talk: Self.absent))
    }

    @Test func `a command that begins with a flag is taken for a slip`() async throws {
        try await CommandScenario().expect(
            "exec",
            "web",
            "-v",
            "ls",
            is: Ending(
                2,
                talk: """
                    spot: error: cannot understand the command line: -v comes after the \
                    machine's name, where the command begins
                    spot: hint: 'spot exec --help' shows what it takes

                    """
            )
        )
    }

    @Test func `standard output is the command's, also with --json`() async throws {
        try await CommandScenario().expect(
            "exec",
            "--json",
            "web",
            "ls",
            is: Ending(255, talk: Self.absent)
        )
    }

    @Test func `run of a script that is not there asks nobody`() async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            "run",
            "web",
            "/none.sh",
            is: Ending(2, talk: "spot: error: cannot run /none.sh: there is no such file\n")
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test(arguments: ["EPOCHS", "=3", "1A=x", "A B=x", "$(id)=x"])
    func `an environment that is none asks nobody`(assignment: String) async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            "run",
            "-e",
            assignment,
            "web",
            "-",
            is: Ending(
                2,
                talk: """
                    spot: error: cannot set "\(assignment)" in the environment: it is not KEY=VALUE
                    spot: hint: a key is letters, digits and underscores, not beginning with a digit

                    """
            )
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test(arguments: [["upload", "web", ""], ["download", "web", "a", ""]])
    func `a file without a name asks nobody`(words: [String]) async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            words,
            is: Ending(2, talk: "spot: error: cannot copy a file without a name\n")
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test(
        arguments: [
            ["upload", "web", "-"], ["upload", "web", "a", "-"], ["upload", "web", "-", "a", "b"],
            ["upload", "web", "-", "-", "b"], ["upload", "web", "-", "-"],
            ["download", "web", "-"],
            ["download", "web", "a", "b", "-"], ["download", "web", "-", "a"],
            ["download", "web", "-", "-"], ["launch", "web", "-u", "-"],
        ]
    )
    func `a dash where it makes no sense asks nobody`(words: [String]) async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run(words)
        #expect(ending.status == 2)
        #expect(ending.talk.contains("standard input") || ending.talk.contains("standard output"))
        #expect(scenario.hasAskedNobody)
    }

    @Test(arguments: [["upload", "web", "-", "a"], ["download", "web", "a", "-"]])
    func `a dash that stands for a stream is taken`(words: [String]) async throws {
        try await CommandScenario().expect(words, is: Ending(3, talk: Self.absent))
    }

    @Test func `a machine whose host key is not known yet is not trusted`() async throws {
        let scenario = try CommandScenario { account in
            let id = account.addMachine("web")
            account.consoles[id] = ""
        }
        try scenario.haveKey()
        await scenario.expect(
            "download",
            "web",
            "file",
            is: Ending(
                7,
                talk: """
                    spot: error: cannot verify the host key of web: its console shows none yet
                    spot: hint: 'spot launch web' waits for it

                    """
            )
        )
    }
}
