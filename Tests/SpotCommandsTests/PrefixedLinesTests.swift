import SpotTestSupport
import Testing

@testable import SpotCommands

struct PrefixedLinesTests {
    /// All that comes of these pieces, the end included.
    private func lines(_ pieces: [[UInt8]]) -> [UInt8] {
        var lines = PrefixedLines(prefix: "a | ")
        return pieces.flatMap { lines.append($0[...]) } + lines.finish()
    }

    private func text(_ pieces: String...) -> String {
        String(decoding: lines(pieces.map { Array($0.utf8) }), as: UTF8.self)
    }

    @Test func `each line has the prefix, an empty one too`() {
        #expect(text("one\n\ntwo\n") == "a | one\na | \na | two\n")
    }

    @Test func `nothing makes no line`() {
        #expect(text("") == "")
    }

    @Test func `a line that has only begun is kept until it ends`() {
        var lines = PrefixedLines(prefix: "a | ")
        #expect(lines.append(Array("on".utf8)[...]) == [])
        #expect(lines.append(Array("e\ntw".utf8)[...]) == Array("a | one\n".utf8))
        #expect(lines.finish() == Array("a | tw\n".utf8))
        #expect(lines.finish() == [])
    }

    @Test func `however a stream is cut into pieces, the lines are the same`() {
        var random = SeededGenerator(seed: 7)
        let bytes = (0..<5_000).map { _ in
            Int.random(in: 0..<9, using: &random) == 0
                ? UInt8(ascii: "\n") : UInt8.random(in: 0...255, using: &random)
        }
        let expected = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        var pieces: [[UInt8]] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Int.random(in: 0...40, using: &random)
            pieces.append(Array(rest.prefix(count)))
            rest = rest.dropFirst(count)
        }
        let kept = expected.last?.isEmpty == true ? expected.dropLast() : expected[...]
        #expect(lines(pieces) == kept.flatMap { Array("a | ".utf8) + $0 + [UInt8(ascii: "\n")] })
    }

    @Test func `a line without an end is cut and does not fill the memory`() {
        let piece = [UInt8](repeating: UInt8(ascii: "x"), count: PrefixedLines.longest)
        let long = Array("a | ".utf8) + piece + [UInt8(ascii: "\n")]
        #expect(
            lines([piece, piece, [UInt8(ascii: "y")]]) == long + long + Array("a | y\n".utf8)
        )
    }
}
