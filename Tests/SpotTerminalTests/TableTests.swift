import FoundationEssentials
import SpotTerminal
import Testing

struct TableTests {
    private func table(_ rows: [[Table.Cell]], _ columns: [Table.Column]? = nil) -> Table {
        var table = Table(columns ?? [.init("NAME"), .init("STATE"), .init("PRICE", .right)])
        for row in rows { table.append(row) }
        return table
    }

    @Test func `columns are as wide as their widest value`() {
        let lines = table([["web", "running", "0.0062"], ["database", "stopped", "1"]]).aligned(
            in: 80
        )
        #expect(
            lines == [
                "NAME      STATE     PRICE",
                "web       running  0.0062",
                "database  stopped       1",
            ]
        )
    }

    @Test func `wide characters keep the columns straight`() {
        let lines = table([["日本", "a", "1"], ["x", "b", "2"]]).aligned(in: 80)
        #expect(lines == ["NAME  STATE  PRICE", "日本  a          1", "x     b          2"])
    }

    @Test func `no line is wider than the terminal, and the widest column gives way`() {
        let long = Table.Cell(String(repeating: "n", count: 60))
        let lines = table([[long, "running", "0.0062"]]).aligned(in: 40)
        #expect(lines.allSatisfy { $0.displayWidth <= 40 })
        #expect(lines[1].hasSuffix("…  running  0.0062"))
    }

    @Test func `a column that must not shrink is never cut`() {
        let columns = [Table.Column("ID", mayShrink: false), .init("NAME")]
        let lines = table([["i-0123456789abcdef0", "a-long-name-indeed"]], columns).aligned(in: 26)
        #expect(lines[1] == "i-0123456789abcdef0  a-lo…")
    }

    @Test func `where nothing can shrink further the line is what it is`() {
        let lines = table([["web", "running", "1"]]).aligned(in: 5)
        #expect(lines[0] == "NAME  STATE  PRICE")
    }

    @Test func `a table without rows prints nothing at all`() {
        #expect(table([]).aligned(in: 80).isEmpty)
        #expect(table([]).tabSeparated().isEmpty)
    }

    @Test func `piped values are whole, and a row is always one line`() {
        let name = String(repeating: "n", count: 300)
        let lines = table([[Table.Cell(name), "a\tb\nc", .none]]).tabSeparated()
        #expect(lines == ["\(name)\ta\\tb\\nc\t"])
    }

    @Test func `names cannot steer the terminal`() {
        #expect(table([["\u{1b}[2J", "a", "1"]]).aligned(in: 80)[1] == "\\x1b[2J  a          1")
    }

    @Test func `colour does not count as width`() {
        let cell = Table.Cell("running", style: .green)
        let lines = table([["web", cell, "1"]]).aligned(in: 80, hasColour: true)
        #expect(lines[1] == "web   \u{1b}[32mrunning\u{1b}[0m      1")
        #expect(table([["web", cell, "1"]]).aligned(in: 80)[1] == "web   running      1")
    }

    @Test func `a moment is an age for people and ISO time for programs`() {
        let moment = Date(timeIntervalSince1970: 1_767_323_045)
        let cell = Table.Cell.age(of: moment, at: moment.addingTimeInterval(200))
        #expect(cell.text == "3 min 20 s ago")
        #expect(cell.full == "2026-01-02T03:04:05Z")
        #expect(Table.Cell.age(of: moment, at: moment).text == "now")
    }

    @Test func `a length of time is whole seconds for programs`() {
        #expect(Table.Cell.duration(.seconds(28_800)) == Table.Cell("8 h", full: "28800"))
    }

    @Test func `a row has as many cells as there are columns`() {
        #expect(table([["a"], ["a", "b", "c", "d"]]).tabSeparated() == ["a\t\t", "a\tb\tc"])
    }
}
