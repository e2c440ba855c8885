package import FoundationEssentials
import SpotSupport

/// Rows of data that people read aligned and programs read complete.
///
/// On a terminal: a heading, columns aligned by display width, cut with `…` where the terminal is too
/// narrow. Elsewhere: no heading, one tab between cells, nothing cut, full values; a tab or line end
/// inside a value reads `\t` or `\n`, so that a line is always a row and `cut -f` always works.
package struct Table: Sendable {
    /// Assumed where a terminal does not tell its width.
    package static let usualWidth = 80

    package struct Column: Hashable, Sendable {
        package enum Alignment: Hashable, Sendable {
            case left
            case right
        }

        package let title: String
        package let alignment: Alignment
        /// Whether the column may be cut where the terminal is too narrow.
        package let mayShrink: Bool
        /// Columns that may be left out altogether are, the highest number first, before any is cut;
        /// nil keeps it.
        package let dropOrder: Int?

        package init(
            _ title: String,
            _ alignment: Alignment = .left,
            mayShrink: Bool = true,
            dropOrder: Int? = nil
        ) {
            self.title = title
            self.alignment = alignment
            self.mayShrink = mayShrink
            self.dropOrder = dropOrder
        }
    }

    /// One value, as it reads for people and for programs.
    package struct Cell: Hashable, Sendable, ExpressibleByStringLiteral {
        package let text: String
        package let full: String
        package let style: TextStyle

        package init(_ text: String, full: String? = nil, style: TextStyle = .plain) {
            self.text = text
            self.full = full ?? text
            self.style = style
        }

        package init(stringLiteral text: String) { self.init(text) }

        /// A value that is not there: `–` for people, nothing for programs.
        package static let none = Cell("–", full: "", style: .dim)

        /// How long ago for people ("3 min 20 s ago"), ISO-8601 in UTC for programs.
        package static func age(of moment: Date, at now: Date, style: TextStyle = .plain) -> Cell {
            let age = Duration.seconds(now.timeIntervalSince(moment).rounded())
            let text = age < .seconds(1) ? "now" : "\(age.spoken) ago"
            return Cell(text, full: moment.formatted(.iso8601), style: style)
        }

        /// The time from one moment to another for people ("3 min 20 s", "over"); `moment` in ISO-8601
        /// for programs.
        package static func span(from start: Date, to end: Date, showing moment: Date) -> Cell {
            let span = Duration.seconds(end.timeIntervalSince(start).rounded())
            return Cell(span < .zero ? "over" : span.spoken, full: moment.formatted(.iso8601))
        }

        /// A length of time: "8 h" for people, whole seconds for programs.
        package static func duration(_ duration: Duration, style: TextStyle = .plain) -> Cell {
            Cell(duration.spoken, full: "\(duration.components.seconds)", style: style)
        }
    }

    package private(set) var columns: [Column]
    package private(set) var rows: [[Cell]] = []

    package init(_ columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row; missing cells are empty, surplus ones are left out.
    package mutating func append(_ cells: [Cell]) {
        let missing = max(0, columns.count - cells.count)
        rows.append(Array(cells.prefix(columns.count)) + Array(repeating: "", count: missing))
    }

    /// The lines for people: the heading, then the rows, none wider than `width` where that can be.
    package func aligned(in width: Int, hasColour: Bool = false) -> [String] {
        guard !rows.isEmpty else { return [] }
        let narrow = withoutSurplusColumns(in: width)
        return narrow.lines(in: width, hasColour)
    }

    private func lines(in width: Int, _ hasColour: Bool) -> [String] {
        let texts = rows.map { $0.map(\.text.printable) }
        let natural = columns.indices.map { index in
            texts.reduce(columns[index].title.displayWidth) { max($0, $1[index].displayWidth) }
        }
        let widths = fit(natural, in: width)
        let heading = line(columns.map(\.title), widths) { _, text in
            TextStyle.bold.applied(to: text, where: hasColour)
        }
        let hasTitles = columns.contains { !$0.title.isEmpty }
        return (hasTitles ? [heading] : [])
            + zip(rows, texts).map { row, texts in
                line(texts, widths) { row[$0].style.applied(to: $1, where: hasColour) }
            }
    }

    /// Leaves out as many columns as it takes, and may.
    private func withoutSurplusColumns(in width: Int) -> Table {
        var table = self
        while table.naturalWidth > width {
            let optional = table.columns.indices.filter { table.columns[$0].dropOrder != nil }
            guard
                let index = optional.max(by: {
                    (table.columns[$0].dropOrder ?? 0) < (table.columns[$1].dropOrder ?? 0)
                })
            else { break }
            table.columns.remove(at: index)
            for row in table.rows.indices { table.rows[row].remove(at: index) }
        }
        return table
    }

    private var naturalWidth: Int {
        columns.indices.reduce(Self.gap.count * max(0, columns.count - 1)) { sum, index in
            sum
                + rows.map { $0[index].text.printable.displayWidth }
                .reduce(columns[index].title.displayWidth, max)
        }
    }

    /// The lines for programs.
    package func tabSeparated() -> [String] {
        rows.map { $0.map(\.full.onOneLine).joined(separator: "\t") }
    }

    private static let gap = "  "

    private func line(
        _ texts: [String],
        _ widths: [Int],
        styled: (Int, String) -> String
    ) -> String {
        var line = ""
        for (index, text) in texts.enumerated() {
            let text = text.truncated(toWidth: widths[index])
            let space = String(repeating: " ", count: widths[index] - text.displayWidth)
            let isLast = index == texts.count - 1
            switch columns[index].alignment {
            case .left: line += styled(index, text) + (isLast ? "" : space)
            case .right: line += space + styled(index, text)
            }
            if !isLast { line += Self.gap }
        }
        return line
    }

    /// Takes columns off the widest shrinkable one, again and again, until the line fits or every
    /// such column is as narrow as its title.
    private func fit(_ natural: [Int], in width: Int) -> [Int] {
        var widths = natural
        var surplus = natural.reduce(0, +) + Self.gap.count * max(0, columns.count - 1) - width
        while surplus > 0 {
            let candidates = columns.indices.filter {
                columns[$0].mayShrink && widths[$0] > max(columns[$0].title.displayWidth, 1)
            }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            surplus -= 1
        }
        return widths
    }
}

extension String {
    /// Backslashes stay as they are: the values of our tables hold none that matter.
    fileprivate var onOneLine: String {
        guard utf8.contains(where: { $0 < 0x20 }) else { return self }
        return printable
    }
}
