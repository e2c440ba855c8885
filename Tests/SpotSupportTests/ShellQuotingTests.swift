import FoundationEssentials
import Glibc
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct ShellQuotingTests {
    @Test(arguments: [
        ("plain-word_1.0", "plain-word_1.0"), ("", "''"), ("two words", "'two words'"),
        ("it's", #"'it'\''s'"#), ("$(id)", "'$(id)'"), ("~", "'~'"), ("A=1", "'A=1'"),
        ("a\nb", "'a\nb'"), ("é", "'é'"),
    ])
    func `a word is quoted only where a shell would read it otherwise`(word: String, quoted: String)
    {
        #expect(ShellQuoting.quote(word) == quoted)
    }

    @Test func `a line holds its words apart`() {
        #expect(ShellQuoting.line(["echo", "a b", "c"]) == "echo 'a b' c")
    }

    /// What a real shell reads back is the only proof that counts.
    @Test func `a shell reads hostile words back as they were`() throws {
        let words = [
            "", "'", "''", "'\u{301}; touch /tmp/owned; '\u{301}", "\"", "\\", "`id`", "$HOME",
            "a\nb",
            "-n", "--", "*", "?", "[a]", "{a,b}", "!x", "#x", "a;b", "a&b", "a|b", "<x", ">x", "\t",
            "日本語", "🇩🇪'🇩🇪", "\u{1b}[31m", "%s", "a'\r\n'b", String(repeating: "'", count: 300),
        ]
        let scratch = try ScratchDirectory()
        let line = "printf '%s\\0' \(ShellQuoting.line(words)) > \(scratch("out"))"
        let status = unsafe system(line)
        #expect(status == 0)
        let read = try ScratchDirectory.read(scratch("out")).split(
            separator: 0,
            omittingEmptySubsequences: false
        )
        #expect(read.dropLast().map { String(decoding: $0, as: UTF8.self) } == words)
    }
}
