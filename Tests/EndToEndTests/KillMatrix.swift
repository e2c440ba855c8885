import SpotTestSupport
import Testing

/// What came of killing spot at each of its calls.
struct KillMatrix: Sendable {
    /// What one case found.
    struct Finding: Sendable {
        /// What was there when spot had been killed.
        let left: String
        /// What came of the next run.
        let result: String
    }

    private struct Row: Sendable {
        let point: KillPoint
        let finding: Finding
    }

    private let rows: [Row]

    /// Does a case for each point, in each region one at a time: all that is there is the case's.
    ///
    /// - Parameter body: Does one case, with a machine's name of its own. What it throws is an issue and
    ///   keeps no other case from its turn.
    init(
        _ points: [KillPoint],
        in regions: [String],
        body: @escaping @Sendable (KillPoint, String, Computer) async throws -> Finding
    ) async throws {
        let rows = try await withThrowingTaskGroup(of: [Row].self) { group in
            for (lane, region) in regions.enumerated() {
                let own = points.enumerated().filter { $0.offset % regions.count == lane }
                group.addTask {
                    var rows: [Row] = []
                    for (index, point) in own {
                        let computer = try await Computer(region: region)
                        let name = "kill-\(index)"
                        let finding = await Self.finding(point, name, computer, body)
                        rows.append(Row(point: point, finding: finding))
                    }
                    return rows
                }
            }
            return try await group.reduce(into: [Row]()) { $0 += $1 }
        }
        self.rows = rows.sorted {
            ($0.point.number, $0.point.moment.rawValue)
                < ($1.point.number, $1.point.moment.rawValue)
        }
    }

    private static func finding(
        _ point: KillPoint,
        _ name: String,
        _ computer: Computer,
        _ body: @Sendable (KillPoint, String, Computer) async throws -> Finding
    ) async -> Finding {
        do {
            return try await body(point, name, computer)
        } catch {
            Issue.record("\(point): \(error)")
            _ = try? await computer.spot("terminate", name)
            return Finding(left: "?", result: "FAILED")
        }
    }

    /// A line a case, in columns.
    var text: String {
        let points = rows.map(\.point.description)
        let width = points.map(\.count).max() ?? 0
        let left = rows.map(\.finding.left.count).max() ?? 0
        return zip(rows, points).map { row, point in
            point.padded(to: width) + "  " + row.finding.left.padded(to: left) + "  "
                + row.finding.result + "\n"
        }.joined()
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(0, width - count))
    }
}
