import AWSRuntime
import FoundationEssentials
import Testing

struct XMLElementTests {
    private let element: XMLElement

    init() throws {
        element = try XMLReader.read(
            Array(
                """
                <r><n> 7 </n><t>true</t><e/><d>2026-11-21T10:52:00.250Z</d><bad>x</bad>
                <list><item>a</item><other/><item>b</item></list><empty/></r>
                """.utf8
            )
        )
    }

    @Test func `absent and empty are told apart`() throws {
        #expect(element.text("none") == nil)
        #expect(element.text("e") == "")
        #expect(element["empty"] != nil)
        #expect(element.items("none") == [])
    }

    @Test func `values are read by their kind`() throws {
        #expect(try element.integer("n") == 7)
        #expect(try element.boolean("t") == true)
        #expect(try element.date("d") == Date(timeIntervalSince1970: 1_795_258_320.25))
        #expect(element.items("list").map(\.text) == ["a", "b"])
        #expect(try element.integer("none") == nil)
        #expect(try element.integer("e") == nil)
    }

    @Test func `a value of another kind is an error that names it`() {
        #expect {
            try element.integer("bad")
        } throws: {
            "\($0)" == "r/bad is not a whole number"
        }
        #expect(throws: XMLError.malformed("r/bad", expected: "true or false")) {
            try element.boolean("bad")
        }
        #expect(throws: XMLError.malformed("r/bad", expected: "a date")) {
            try element.date("bad")
        }
        #expect(throws: XMLError.missing("r/none")) { try element.require("none") }
    }
}
