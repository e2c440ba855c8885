import SpotTerminal
import Testing

struct StringPrintableTests {
    @Test(arguments: [
        ("plain ünïcödé 日本語 🚀", "plain ünïcödé 日本語 🚀"), ("\u{1b}[2J", "\\x1b[2J"),
        ("a\nb\rc\td", "a\\nb\\rc\\td"), ("\r\n", "\\r\\n"), ("\u{9b}31m", "\\x9b31m"),
        ("\u{7f}\u{0}", "\\x7f\\x00"), ("\u{202e}txt", "\\u{202e}txt"), ("\u{2028}", "\\u{2028}"),
        ("e\u{301}", "e\u{301}"), ("👩‍👩‍👧", "👩‍👩‍👧"),
    ])
    func `what could steer a terminal becomes visible`(text: String, printable: String) {
        #expect(text.printable == printable)
    }

    @Test func `lines and tabs may stay`() {
        #expect("a\tb\nc\u{1b}".printableLines == "a\tb\nc\\x1b")
    }

    @Test(arguments: [
        ("web", 3), ("日本", 4), ("🚀", 2), ("e\u{301}", 1), ("👩‍👩‍👧", 2), ("❤️", 2), ("", 0),
        ("ｗ", 2), ("한국", 4), ("ü", 1),
    ])
    func `the display width is what a terminal takes`(text: String, width: Int) {
        #expect(text.displayWidth == width)
    }

    @Test(arguments: [
        ("web", 3, "web"), ("website", 4, "web…"), ("日本語", 4, "日…"), ("日本語", 5, "日本…"),
        ("web", 0, ""), ("web", 1, "…"),
    ])
    func `a cut text ends with a mark and never takes more columns`(
        text: String,
        width: Int,
        expected: String
    ) {
        #expect(text.truncated(toWidth: width) == expected)
        #expect(text.truncated(toWidth: width).displayWidth <= width)
    }

    @Test func `padding counts columns, not letters`() {
        #expect("日".padded(toWidth: 4) == "日  ")
        #expect("日".padded(toWidth: 4, onTheLeft: true) == "  日")
        #expect("long".padded(toWidth: 2) == "long")
    }
}
