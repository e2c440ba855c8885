/// "Did you mean …?": the known name nearest to one that is not known.
package enum NearestName {
    /// The candidate with the fewest slips of the finger from `name`; nil when even that is too far.
    ///
    /// Upper and lower case count as the same; of equals the first one wins.
    package static func among(_ candidates: some Sequence<String>, to name: String) -> String? {
        ranked(candidates, to: name, atMost: 1).first
    }

    /// The nearest candidates, at most so many; none when even they are too far.
    package static func ranked(
        _ candidates: some Sequence<String>,
        to name: String,
        atMost count: Int
    ) -> [String] {
        let wanted = Array(name.lowercased().unicodeScalars.prefix(longest))
        let limit = max(1, wanted.count / 3)
        let near = candidates.compactMap { candidate -> (name: String, distance: Int)? in
            let letters = Array(candidate.lowercased().unicodeScalars.prefix(longest))
            let distance = distance(from: wanted, to: letters)
            return distance <= limit ? (candidate, distance) : nil
        }
        let order = near.indices.sorted {
            (near[$0].distance, $0) < (near[$1].distance, $1)
        }
        return order.prefix(count).map { near[$0].name }
    }

    /// The work grows with the square of the length, and no name of ours is longer.
    private static let longest = 64

    /// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
    private static func distance(
        from left: [Unicode.Scalar],
        to right: [Unicode.Scalar]
    ) -> Int {
        var beforeLast = [Int](repeating: 0, count: right.count + 1)
        var last = Array(0...right.count)
        for i in 0..<left.count {
            var row = [i + 1]
            for j in 0..<right.count {
                var least = min(
                    row[j] + 1,
                    last[j + 1] + 1,
                    last[j] + (left[i] == right[j] ? 0 : 1)
                )
                if i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] {
                    least = min(least, beforeLast[j - 1] + 1)
                }
                row.append(least)
            }
            (beforeLast, last) = (last, row)
        }
        return last[right.count]
    }
}
