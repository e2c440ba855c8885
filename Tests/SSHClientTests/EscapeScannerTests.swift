import Testing

@testable import SSHClient

struct EscapeScannerTests {
    private func passed(_ typed: [String]) -> (text: String, left: Bool, explained: Bool) {
        var scanner = EscapeScanner()
        var bytes: [UInt8] = []
        var explained = false
        for piece in typed {
            let result = scanner.scan(piece.utf8)
            bytes += result.bytes
            explained = explained || result.wantsExplanation
            if result.wantsToLeave {
                return (String(decoding: bytes, as: UTF8.self), true, explained)
            }
        }
        return (String(decoding: bytes, as: UTF8.self), false, explained)
    }

    @Test(arguments: [["~."], ["~", "."], ["x\r~."], ["x\r", "~", "."], ["\n~."]])
    func `it leaves, however the keys are split`(typed: [String]) {
        #expect(passed(typed).left)
    }

    @Test(arguments: ["a~.", "~~.", "~x", "~\r", "cd ~.\r"])
    func `it stays, and everything but the escape passes`(typed: String) {
        let result = passed([typed])
        #expect(!result.left)
        #expect(result.text == (typed == "~~." ? "~." : typed))
    }

    @Test func `the explanation is asked for and nothing passes`() {
        let result = passed(["~?"])
        #expect(result.explained)
        #expect(result.text.isEmpty)
    }

    @Test func `a tilde waits for what follows it`() {
        #expect(passed(["~"]).text.isEmpty)
        #expect(passed(["~", "a"]).text == "~a")
    }
}
