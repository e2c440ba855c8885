import SpotSupport
import Testing

struct StringTrimmedTests {
    @Test(arguments: [
        ("", ""), (" \t\r\n", ""), ("a", "a"), ("  a b\t", "a b"), ("\r\na\r\n", "a"),
        ("\u{2003}a\u{2003}", "a"),
    ])
    func `white space goes at both ends and stays in between`(text: String, expected: String) {
        #expect(text.trimmed == expected)
        #expect(text[...].trimmed == expected)
    }
}
