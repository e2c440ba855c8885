import AWSRuntime
import Testing

struct XMLReaderTests {
    @Test func `elements, text, attributes and order are kept`() throws {
        let root = try read(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!-- a comment --><?pi data?>
            <ns:root xmlns:ns="urn:x" a='1 &quot;2"'><item>one</item><item/><b>x<c/>y</b></ns:root>

            """
        )
        #expect(root.name == "root")
        #expect(root.attributes["a"] == "1 \"2\"")
        #expect(root.all("item").map(\.text) == ["one", ""])
        #expect(root["b"]?.text == "xy")
        #expect(root["none"] == nil)
    }

    @Test(arguments: [
        ("&amp;&lt;&gt;&quot;&apos;", "&<>\"'"),
        ("&#65;&#x42;&#x1F600;", "AB😀"),
        ("<![CDATA[<a>&amp;]]>", "<a>&amp;"),
        ("a<!-- b -->c", "ac"),
        ("  kept  ", "  kept  "),
        ("a\r\nb", "a\nb"),
        ("ä€😀", "ä€😀"),
        ("a &gt; b ]] &gt;", "a > b ]] >"),
    ])
    func `characters come out as they were meant`(_ source: String, _ text: String) throws {
        #expect(try read("<a>\(source)</a>").text == text)
    }

    @Test(arguments: [
        ("", "there is no root element"),
        ("  \n", "there is no root element"),
        ("text", "text outside the root element"),
        ("<a>", "<a> is not closed"),
        ("<a><b></a></b>", "</a> where </b> belongs"),
        ("<a/><b/>", "a second root element"),
        ("</a>", "</a> closes nothing"),
        ("<a/>x", "text outside the root element"),
        ("<a b=1/>", "the value of b is not in quotes"),
        ("<a b/>", "expected = after b"),
        ("<a b='1' b='2'/>", "the attribute b is there twice"),
        ("<a b='<'/>", "< inside a value"),
        ("<a b='1", "the value of b has no end"),
        ("<a", "the document ends inside a tag"),
        ("< a/>", "expected a name"),
        ("<1/>", "expected a name"),
        ("<a>&nbsp;</a>", "the entity &nbsp; is not known"),
        ("<a>&amp</a>", "& without an entity"),
        ("<a>&#0;</a>", "the entity &#0; is not known"),
        ("<a>&#xD800;</a>", "the entity &#xD800; is not known"),
        ("<a>&#x110000;</a>", "the entity &#x110000; is not known"),
        ("<a>\u{1}</a>", "the control character 1 is not allowed"),
        ("<a><!-- a -- b --></a>", "two hyphens in a comment"),
        ("<a><!-- a </a>", "--> is missing"),
        ("<a><![CDATA[x</a>", "]]> is missing"),
        ("<a>]]></a>", "]]> outside CDATA"),
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a>&x;</a>", "document type declarations are not allowed"),
        ("<?xml version='1.0' encoding='UTF-16'?><a/>", "the encoding utf-16 is not UTF-8"),
    ])
    func `what is not well formed is refused`(_ source: String, _ problem: String) {
        #expect {
            try read(source)
        } throws: { error in
            "\(error)".hasSuffix(": \(problem)")
        }
    }

    @Test func `an error tells line and column`() {
        #expect {
            try read("<a>\n  <b>&x;</b>\n</a>")
        } throws: { error in
            "\(error)" == "line 2, column 6: the entity &x; is not known"
        }
    }

    @Test func `depth has a limit that recursion cannot break`() throws {
        let deep = String(repeating: "<a>", count: 64) + String(repeating: "</a>", count: 64)
        #expect(try read(deep).name == "a")
        #expect(throws: XMLError.self) { try read("<a>\(deep)</a>") }
        #expect(throws: XMLError.self) { try read(String(repeating: "<a>", count: 1_000_000)) }
    }

    @Test func `bytes that are not UTF-8 are refused`() {
        for bytes in [[0xFF], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]] {
            let document = Array("<a>".utf8) + bytes + Array("</a>".utf8)
            #expect(throws: XMLError.self) { try XMLReader.read(document) }
        }
    }

    @Test func `a byte order mark is stepped over`() throws {
        #expect(try XMLReader.read([0xEF, 0xBB, 0xBF] + Array("<a/>".utf8)).name == "a")
    }

    /// Mutations of a good document: whatever comes, the reader answers or throws, and soon.
    @Test func `garbage is answered with an error and never a crash`() {
        let good = Array(
            """
            <?xml version="1.0"?><r a="1&amp;2"><!--c--><i><![CDATA[x]]></i><j>&#65;</j><k/></r>
            """.utf8
        )
        let alphabet = Array("<>&;/!?-[]='\"#x \n\u{0}ä".utf8) + [0xFF]
        var random = SplitMix(state: 20_261_121)
        var refused = 0
        for _ in 0..<20_000 {
            var document = good
            for _ in 0...Int.random(in: 0..<4, using: &random) {
                let index = Int.random(in: 0..<document.count, using: &random)
                let byte = alphabet.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<3, using: &random) {
                case 0: document[index] = byte
                case 1: document.insert(byte, at: index)
                default: document.removeSubrange(index..<min(index + 3, document.count))
                }
            }
            if (try? XMLReader.read(document)) == nil { refused += 1 }
        }
        #expect(refused > 10_000)
    }

    private func read(_ text: String) throws -> XMLElement {
        try XMLReader.read(Array(text.utf8))
    }
}

/// A generator that gives the same numbers in every run.
private struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
