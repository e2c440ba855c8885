import SpotInstances
import SpotSupport
import Testing

struct MachineNameTests {
    @Test(arguments: ["web", "0", "a.b_c-d", "Web2", String(repeating: "n", count: 63)])
    func `a name of letters, digits and inner punctuation is taken as it is`(text: String) throws {
        #expect(try MachineName(text).text == text)
    }

    @Test(arguments: [
        "", "-web", ".web", "_web", "web box", "web'", "we\"b", "$(reboot)", "web\n", "wéb", "a/b",
        "*",
        "web;ls", String(repeating: "n", count: 64), String(repeating: "x", count: 300),
        "\u{1b}[31mred",
    ])
    func `any other name is refused as a usage failure`(text: String) {
        #expect {
            try MachineName(text)
        } throws: {
            ($0 as? GeneralFailure)?.kind == .usage
        }
    }

    @Test func `the name of another machine's public key is refused with the reason`() {
        #expect {
            try MachineName("web.pub")
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage && failure?.message.contains("ends in .pub") == true
        }
    }

    @Test func `a refused name is shown without its control characters and cut`() {
        #expect {
            try MachineName("\u{1b}[31m" + String(repeating: "x", count: 300))
        } throws: { error in
            let message = (error as? GeneralFailure)?.message ?? ""
            return message.count < 150 && !message.contains("\u{1b}") && message.contains("…")
        }
    }
}
