import SpotDoctor
import SpotTerminal

// How the findings of `spot doctor` are shown.
extension CommandContext {
    /// Prints what was found, in the order in which a launch needs it.
    func render(_ findings: [Diagnosis]) throws {
        switch console.traits.format {
        case .json: try console.data(json: findings)
        case .names: findings.filter { $0.problem != nil }.forEach { console.data($0.check) }
        case .text:
            console.data(table: console.traits.outputIsTerminal ? chart(findings) : list(findings))
            console.notice(summary(findings))
        }
    }

    /// For programs: one line a check.
    private func list(_ findings: [Diagnosis]) -> Table {
        var table = Table([.init(""), .init(""), .init(""), .init("")])
        for found in findings {
            table.append([
                .init(found.verdict.word), .init(found.check), .init(found.verdict.finding),
                .init(found.verdict.remedy ?? ""),
            ])
        }
        return table
    }

    /// For people: what to do stands below what was found.
    private func chart(_ findings: [Diagnosis]) -> Table {
        var table = Table([
            .init("", mayShrink: false), .init("", mayShrink: false), .init("", mayShrink: false),
        ])
        let names = findings.map(\.check.count).max() ?? 0
        let symbols = findings.map(\.verdict.symbol.text.count).max() ?? 0
        let room = (console.columns(of: .output) ?? Table.usualWidth) - symbols - names - 4
        for found in findings {
            let text = found.verdict.finding.wrapped(toWidth: room)
            // Whole, for it may be copied.
            let remedy = found.verdict.remedy.map { ["→ \($0)"] } ?? []
            let lines =
                text.map { Table.Cell($0, style: found.verdict.textStyle) }
                + remedy.map { Table.Cell($0, style: .cyan) }
            for (index, line) in lines.enumerated() {
                let isFirst = index == 0
                table.append([
                    isFirst ? found.verdict.symbol : "",
                    isFirst ? .init(found.check, style: .bold) : "", line,
                ])
            }
        }
        return table
    }

    private func summary(_ findings: [Diagnosis]) -> String {
        let words = [("ok", "ok"), ("warning", "warnings"), ("problem", "problems")]
        let counts = words.map { word, plural in
            let count = findings.count { $0.verdict.word == word }
            return "\(count) \(count == 1 ? word : plural)"
        }
        let skipped = findings.count { $0.verdict.word == "skipped" }
        return (counts + ["\(skipped) skipped"]).joined(separator: ", ")
    }
}

extension Verdict {
    fileprivate var symbol: Table.Cell {
        switch self {
        case .ok: .init("✓ ok", style: .green)
        case .warning: .init("! warning", style: .yellow)
        case .problem: .init("✗ problem", style: .red)
        case .skipped: .init("– skipped", style: .dim)
        }
    }

    fileprivate var textStyle: TextStyle {
        switch self {
        case .ok: .plain
        case .warning: .yellow
        case .problem: .red
        case .skipped: .dim
        }
    }
}
