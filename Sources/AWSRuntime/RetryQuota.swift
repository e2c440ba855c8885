import Synchronization

/// What a process may spend on retries, region by region.
///
/// While a region is in trouble most retries only add to it. Each one costs; calls that succeed earn it
/// back. Once the quota is used up, calls fail with their first error.
package final class RetryQuota: Sendable {
    private static let full = 500
    private static let cost = 5
    private static let costAfterTimeout = 10
    /// What a call earns that succeeds at once.
    private static let reward = 1

    private let spent = Mutex<[Region: Int]>([:])

    package init() {}

    /// Pays for one retry.
    /// - Returns: What it cost; nil where too little is left.
    func take(after error: AWSError, in region: Region) -> Int? {
        let cost = error.isTimeout ? Self.costAfterTimeout : Self.cost
        return spent.withLock { spent in
            let total = spent[region, default: 0] + cost
            guard total <= Self.full else { return nil }
            spent[region] = total
            return cost
        }
    }

    /// Gives back what the last retry of a call cost that has succeeded; nil where there was none.
    func giveBack(_ cost: Int?, in region: Region) {
        spent.withLock { spent in
            spent[region] = max(0, spent[region, default: 0] - (cost ?? Self.reward))
        }
    }
}
