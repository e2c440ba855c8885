import SpotCommands
import SpotTestSupport
import Testing

struct CommandLineTests {
    typealias Ending = CommandScenario.Ending

    /// What a person reads whose words make no sense.
    private static func misunderstood(_ cause: String, seeing verb: String = "") -> Ending {
        Ending(
            2,
            talk: """
                spot: error: cannot understand the command line: \(cause)
                spot: hint: 'spot\(verb) --help' shows what it takes

                """
        )
    }

    @Test(
        arguments: [
            ("lisst", "list"), ("lanch", "launch"), ("TERMINATE", "terminate"), ("stat", "start"),
            ("profil", "profile"), ("donw", "down"),
        ]
    )
    func `a verb that is nearly one is told its name`(typed: String, meant: String) async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            typed,
            "web",
            is: Ending(
                2,
                talk: """
                    spot: error: cannot understand the command line: there is no verb '\(typed)'
                    spot: hint: did you mean 'spot \(meant)'?

                    """
            )
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test func `a verb that is like none is told where the verbs are`() async throws {
        try await CommandScenario().expect(
            "frobnicate",
            is: Self.misunderstood("there is no verb 'frobnicate'")
        )
    }

    @Test func `a verb's verb that is nearly one is told its name`() async throws {
        try await CommandScenario().expect(
            "profile",
            "lst",
            is: Ending(
                2,
                talk: """
                    spot: error: cannot understand the command line: there is no verb 'profile lst'
                    spot: hint: did you mean 'spot profile list'?

                    """
            )
        )
    }

    @Test(
        arguments: [
            ["status"], ["wait"], ["stop"], ["start"], ["launch"], ["shell"], ["exec"], ["run"],
            ["upload"], ["download"], ["ssh-config"],
        ]
    )
    func `a missing name is asked for`(words: [String]) async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            words,
            is: Self.misunderstood(
                "missing expected argument '<name>'",
                seeing: " " + words.joined(separator: " ")
            )
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test(
        arguments: [
            (["terminate"], "missing expected argument '<name> …'"),
            (["terminate", "--id"], "missing value for '--id <instance>'"),
            (["price"], "missing expected argument '<type> ...'"),
            (["exec", "web"], "missing expected argument '<cmd> ...'"),
            (["run", "web"], "missing expected argument '<script>'"),
            (["upload", "web"], "missing expected argument '<src> ...'"),
            (["status", "web", "extra"], "unexpected argument 'extra'"),
            (["list", "--jsn"], "unknown option '--jsn'. Did you mean '--json'?"),
            (["list", "--region"], "missing value for '--region <region>'"),
            (["launch", "web", "-a", "True"], "unexpected argument 'True'"),
            (
                ["launch", "web", "--attach=True"],
                "the option '--attach' does not take any value, but 'True' was specified."
            ),
            (
                ["launch", "web", "--timeout", "5x"],
                "the value '5x' is invalid for '--timeout <duration>': "
                    + "“5x” is no duration: write 90s, 10m, 8h or 2d"
            ),
            (
                ["stop", "web", "--timeout", "-5s"],
                "missing value for '--timeout <duration>'"
            ),
            (
                ["wait", "web", "--for", "redy"],
                "the value 'redy' is invalid for '--for <state>'. "
                    + "Please provide one of 'ready', 'stopped' or 'terminated'."
            ),
            (
                ["completion", "tcsh"],
                "the value 'tcsh' is invalid for '<shell>'. "
                    + "Please provide one of 'bash', 'zsh' or 'fish'."
            ),
            (
                ["list", "--color", "purple"],
                "the value 'purple' is invalid for '--color <when>'. "
                    + "Please provide one of 'auto', 'always' or 'never'."
            ),
        ] as [([String], String)]
    )
    func `words that make no sense are named`(words: [String], cause: String) async throws {
        let scenario = try CommandScenario()
        await scenario.expect(words, is: Self.misunderstood(cause, seeing: " \(words[0])"))
        #expect(scenario.hasAskedNobody)
    }

    @Test(
        arguments: [
            (["--ttl", "5"], "a duration such as 90s, 10m, 8h or 2d, not “5”"),
            (["--ttl", "0s"], "a duration such as 90s, 10m, 8h or 2d, not “0s”"),
            (["--max-price", "cheap"], "US dollars an hour such as 0.05, not “cheap”"),
            (["--max-price=-1"], "US dollars an hour such as 0.05, not “-1”"),
            (["--ssh-port", "0"], "a port from 1 to 65535, not “0”"),
            (["--ssh-port", "70000"], "a port from 1 to 65535, not “70000”"),
            (["--market", "free"], "spot, on-demand or spot-then-on-demand, not “free”"),
            (["--disk", "0"], "a whole number of GiB from 1 to 65536, not “0”"),
            (["--zone", "here"], "an availability zone such as us-east-1a, not “here”"),
            (["--region", "us east"], "a region such as us-east-1, not “us east”"),
            (
                ["--firewall", "tcp:99999"],
                "a rule such as tcp:8080:me or "
                    + "{protocol: tcp, ports: 8000-8010, source: 10.0.0.0/8}, not “tcp:99999”"
            ),
        ] as [([String], String)]
    )
    func `a value that cannot be is named with its form`(flag: [String], form: String) async throws
    {
        let scenario = try CommandScenario()
        let name = flag[0].prefix { $0 != "=" }
        await scenario.expect(
            ["launch", "web"] + flag,
            is: Ending(2, talk: "spot: error: cannot use \(name): it must be \(form)\n")
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test func `a mistake is one JSON document where JSON was asked for`() async throws {
        let ending = try await CommandScenario().run("list", "--json", "--bogus")
        #expect(
            ending
                == Ending(
                    2,
                    output:
                        #"{"error":{"causes":[],"hint":"'spot list --help' shows what it takes","#
                        + #""kind":"usage","message":"cannot understand the command line: "#
                        + #"unknown option '--bogus'"}}"# + "\n",
                    talk: """
                        spot: error: cannot understand the command line: unknown option '--bogus'
                        spot: hint: 'spot list --help' shows what it takes

                        """
                )
        )
    }

    @Test func `an unknown word cannot steer the terminal`() async throws {
        let ending = try await CommandScenario().run("list", "\u{1b}[2J\nspot: done")
        #expect(
            ending
                == Ending(
                    2,
                    talk: """
                        spot: error: cannot understand the command line: unexpected argument \
                        '\\x1b[2J
                          spot: done'
                        spot: hint: 'spot list --help' shows what it takes

                        """
                )
        )
    }

    @Test(arguments: [["--version"], ["list", "--version"], ["config", "--version"]])
    func `the version is data`(words: [String]) async throws {
        try await CommandScenario().expect(words, is: Ending(0, output: "\(SpotVersion.text)\n"))
    }

    @Test func `quiet wins over verbose`() async throws {
        let scenario = try CommandScenario()
        await scenario.expect("list", "-q", "-vv", is: Ending(0))
        await scenario.expect("list", "-vv", "-q", is: Ending(0))
    }

    @Test func `flags may stand before or after the name`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        let before = await scenario.run("status", "--json", "web")
        #expect(before.status == 0)
        #expect(await scenario.run("status", "web", "--json") == before)
        #expect(before.output.hasPrefix(#"{"address":"203.0.113.10","#))
    }
}
