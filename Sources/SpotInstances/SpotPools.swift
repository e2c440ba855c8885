import AWSRuntime
package import AWSServices
package import FoundationEssentials
package import SpotSupport

/// A spot capacity pool: one instance type in one zone, at its price of the moment.
package struct SpotPool: Hashable, Sendable {
    package let instanceType: InstanceType
    package let zone: AvailabilityZone
    /// USD an hour.
    package let price: Decimal

    package init(instanceType: InstanceType, zone: AvailabilityZone, price: Decimal) {
        self.instanceType = instanceType
        self.zone = zone
        self.price = price
    }
}

/// Reads the spot market.
package struct SpotMarket: Sendable {
    private let ec2: any EC2Client
    private let time: any TimeSource

    package init(ec2: any EC2Client, time: any TimeSource) {
        self.ec2 = ec2
        self.time = time
    }

    /// The pools of these types that have a price now; a pool without one is not offered.
    package func pools(of types: [InstanceType], product: String = "Linux/UNIX") async throws
        -> [SpotPool]
    {
        let prices = try await ec2.describeSpotPriceHistory(
            DescribeSpotPriceHistory(
                types: types,
                productDescriptions: [product],
                start: time.now
            )
        )
        return Self.latest(prices)
    }

    /// What the machine's pool costs now, USD an hour; nil on demand.
    package func price(of machine: Machine) async throws -> Decimal? {
        guard machine.isSpot else { return nil }
        return try await pools(of: [machine.instance.type])
            .first { $0.zone == machine.instance.zone }?.price
    }

    /// One pool a type and zone: with `StartTime` now AWS answers the last change, but more than one
    /// row may come when a price moves in this very moment.
    package static func latest(_ prices: [SpotPrice]) -> [SpotPool] {
        var newest: [String: SpotPrice] = [:]
        for price in prices {
            let key = "\(price.type) \(price.zone)"
            if let known = newest[key], known.since >= price.since { continue }
            newest[key] = price
        }
        return newest.values.map {
            SpotPool(instanceType: $0.type, zone: $0.zone, price: $0.price)
        }
        .sorted { ($0.price, $0.instanceType, $0.zone) < ($1.price, $1.instanceType, $1.zone) }
    }
}

/// The order in which pools are tried.
package enum PoolRanking {
    /// Preferred types first, as the profile lists them; of one type the cheapest zone first.
    package static func ranked(_ pools: [SpotPool], preferring types: [InstanceType]) -> [SpotPool]
    {
        let rank = Dictionary(types.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        return pools.sorted { left, right in
            let (first, second) = (
                rank[left.instanceType] ?? .max, rank[right.instanceType] ?? .max
            )
            return (first, left.price, left.zone) < (second, right.price, right.zone)
        }
    }
}
