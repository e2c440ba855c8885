import SpotTerminal
import Testing

struct StringWrappingTests {
    @Test(
        arguments: [
            ("", 10, []), ("one", 10, ["one"]), ("one two three", 7, ["one two", "three"]),
            ("one two three", 6, ["one", "two", "three"]),
            ("see subnet-0123456789 there", 8, ["see", "subnet-0123456789", "there"]),
            ("日本 日本 日本", 9, ["日本 日本", "日本"]),
        ] as [(String, Int, [String])]
    )
    func `lines break between words and no word breaks`(
        text: String,
        width: Int,
        lines: [String]
    ) {
        #expect(text.wrapped(toWidth: width) == lines)
    }
}
