import SpotTestSupport
import Testing

/// Names that no machine can have: refused before anything happens, and shown so that they do no harm.
struct HostileNameTests {
    private static let names: [(name: String, shown: String)] = [
        ("", #""""#),
        ("a b", #""a b""#),
        (#"it's"q"#, #""it\'s\"q""#),
        ("$(reboot)", #""$(reboot)""#),
        ("`id`;ls", #""`id`;ls""#),
        ("../../etc", #""../../etc""#),
        ("a\nb", #""a\nb""#),
        ("\u{1b}[31mred", #""\u{1B}[31mred""#),
        ("a\u{202e}b", #""a\u{202e}b""#),
        ("naïve", #""naïve""#),
        (String(repeating: "x", count: 300), "\"" + String(repeating: "x", count: 80) + "\"…"),
        (String(repeating: "y", count: 64), "\"" + String(repeating: "y", count: 64) + "\""),
    ]

    private static func refusal(_ shown: String) -> CommandScenario.Ending {
        CommandScenario.Ending(
            2,
            talk: """
                spot: error: cannot use \(shown) as a machine's name
                spot: hint: use 1 to 63 letters, digits, dots, underscores and hyphens, \
                starting with a letter or digit

                """
        )
    }

    @Test(arguments: names)
    func `is refused and shown in quotes`(name: String, shown: String) async throws {
        let scenario = try CommandScenario()
        await scenario.expect("status", name, is: Self.refusal(shown))
        #expect(scenario.hasAskedNobody)
    }

    @Test(
        arguments: [
            ["wait"], ["stop"], ["start"], ["launch"], ["shell"], ["ssh-config"],
            ["exec", "uptime"], ["run", "job.sh"], ["upload", "file"], ["download", "file"],
        ]
    )
    func `is refused by every verb before it asks anybody`(words: [String]) async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            [words[0], "$(reboot)\n"] + words.dropFirst(),
            is: Self.refusal(#""$(reboot)\n""#)
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test func `is refused by terminate before any machine is touched`() async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        await scenario.expect("terminate", "web", "a b", is: Self.refusal(#""a b""#))
        #expect(scenario.ec2.calls.isEmpty)
    }

    @Test(arguments: ["status", "exec"])
    func `that begins with a hyphen is a flag, and a name only after two`(verb: String) async throws
    {
        let scenario = try CommandScenario()
        let flag = await scenario.run(verb, "-x")
        #expect(flag.status == 2)
        #expect(scenario.hasAskedNobody)
        let rest = verb == "exec" ? ["uptime"] : []
        await scenario.expect([verb, "--", "-x"] + rest, is: Self.refusal(#""-x""#))
        #expect(scenario.ec2.calls.isEmpty)
    }

    @Test func `is one line of JSON where JSON was asked for`() async throws {
        let ending = try await CommandScenario().run("status", "--json", "a\n\u{1b}]0;x\u{7}")
        #expect(
            ending.output
                == #"{"error":{"causes":[],"hint":"use 1 to 63 letters, digits, dots, underscores "#
                + #"and hyphens, starting with a letter or digit","kind":"usage","message":"#
                + #""cannot use \"a\\n\\u{1B}]0;x\\u{07}\" as a machine's name"}}"# + "\n"
        )
        #expect(ending.status == 2)
    }

    @Test func `that another program gave a machine cannot steer the terminal`() async throws {
        var scenario = try CommandScenario { account in
            account.addMachine("web") { $0.tags["spot:name"] = "\u{1b}[2Jweb\nroot" }
        }
        scenario.isTerminal = true
        let ending = await scenario.run("list", "--color", "never")
        #expect(ending.output.contains(#"\x1b[2Jweb\nroot"#))
        #expect(!ending.output.contains("\u{1b}"))
        scenario.isTerminal = false
        let piped = await scenario.run("list")
        #expect(piped.output.hasPrefix("\\x1b[2Jweb\\nroot\trunning\t"))
    }
}
