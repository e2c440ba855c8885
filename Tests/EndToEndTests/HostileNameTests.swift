import SpotTestSupport
import Testing

/// Machine names that mean mischief are refused before anything is asked, and shown harmless.
@Suite struct HostileNameTests {
    @Test(arguments: [
        ("$(x)", "cannot use \"$(x)\" as a machine's name"),
        ("a b", "cannot use \"a b\" as a machine's name"),
        ("../web", "cannot use \"../web\" as a machine's name"),
        ("", "cannot use \"\" as a machine's name"),
        ("line\nbreak", "cannot use \"line\\nbreak\" as a machine's name"),
        ("\u{1b}[2Jgone", "cannot use \"\\u{1B}[2Jgone\" as a machine's name"),
        (
            String(repeating: "n", count: 300),
            "cannot use \"" + String(repeating: "n", count: 80) + "\"… as a machine's name"
        ),
    ])
    func `a name that is none is refused`(name: String, message: String) async throws {
        let computer = try await Computer()
        for words in [["launch", name], ["exec", name, "id"], ["status", name]] {
            let refused = try await computer.program.run(words)
            #expect(refused.status == 2)
            #expect(refused.talk.hasPrefix("spot: error: \(message)\n"), "\(refused.talk)")
            #expect(!refused.talk.contains("\u{1b}"))
        }
    }

    @Test func `a name that begins with a dash is taken for a flag, or refused`() async throws {
        let computer = try await Computer()
        let flag = try await computer.spot("launch", "-x", expecting: 2)
        #expect(flag.talk.hasPrefix("spot: error: cannot understand the command line: "))
        let name = try await computer.spot("launch", "--", "-x", expecting: 2)
        #expect(name.talk.hasPrefix("spot: error: cannot use \"-x\" as a machine's name\n"))
    }
}
