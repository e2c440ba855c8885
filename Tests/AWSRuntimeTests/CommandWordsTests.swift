import Testing

@testable import AWSRuntime

struct CommandWordsTests {
    @Test(
        arguments: [
            ("a b", ["a", "b"]), ("  a\t b  ", ["a", "b"]), ("", []), (" ", []),
            ("'a b' c", ["a b", "c"]), ("\"a b\"c", ["a bc"]), ("a\\ b", ["a b"]),
            ("'a\\b'", ["a\\b"]), ("\"a\\b\"", ["a\\b"]), ("\"a\\\"b\"", ["a\"b"]),
            ("\"a\\\\b\"", ["a\\b"]), ("''", [""]), ("a ''", ["a", ""]), ("a#b #c", ["a#b", "#c"]),
            ("$HOME *|;", ["$HOME", "*|;"]), ("a\nb", ["a", "b"]), ("é'ü'", ["éü"]),
            ("'a", nil), ("\"a", nil), ("a\\", nil),
        ] as [(String, [String]?)]
    )
    func `a line is split as a shell would without expanding anything`(
        _ line: String,
        _ words: [String]?
    ) {
        #expect(CommandWords.split(line) == words)
    }
}

struct ProgramTalkTests {
    @Test func `the last line is shown without what looks like a key`() {
        let talk = """
            Traceback
            bad key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY for AKIDEXAMPLE in /home/me/x

            """
        #expect(
            ProgramTalk.lastLine(Array(talk.utf8)) == "bad key … for AKIDEXAMPLE in /home/me/x"
        )
        #expect(ProgramTalk.lastLine([]) == nil)
        #expect(ProgramTalk.lastLine(Array("\n \n".utf8)) == nil)
        #expect(ProgramTalk.lastLine([UInt8](repeating: 0x61, count: 900))?.count == 200)
    }
}
