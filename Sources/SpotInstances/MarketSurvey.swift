package import AWSRuntime
package import AWSServices
package import FoundationEssentials
package import SpotSupport

/// A spot pool beside what the same machine costs on demand.
package struct PoolOffer: Hashable, Sendable {
    package let region: Region
    package let pool: SpotPool
    /// USD an hour; nil where it is not known.
    package let onDemandPrice: Decimal?

    package init(region: Region, pool: SpotPool, onDemandPrice: Decimal?) {
        self.region = region
        self.pool = pool
        self.onDemandPrice = onDemandPrice
    }

    /// Whole per cent of the on-demand price that spot saves, rounded down; nil where that is not
    /// known.
    package var saving: Int? {
        onDemandPrice.flatMap { Self.saving(of: pool.price, against: $0) }
    }

    /// Whole per cent, rounded down; a spot price above the list price saves nothing.
    package static func saving(of price: Decimal, against onDemand: Decimal) -> Int? {
        guard onDemand > 0 else { return nil }
        guard let share = Double("\((onDemand - price) * 100 / onDemand)") else { return nil }
        // What a division leaves of a whole number may lie a little under it.
        return max(0, Int((share + 1e-9).rounded(.down)))
    }
}

/// Looks at the spot markets of several regions at the same time.
package struct MarketSurvey: Sendable {
    private let home: any EC2Client
    private let ec2InRegion: @Sendable (Region) -> any EC2Client
    private let listPrices: ListPrices
    private let time: any TimeSource

    /// - Parameter home: Asked about the regions themselves.
    package init(
        home: any EC2Client,
        listPrices: ListPrices,
        time: any TimeSource,
        ec2InRegion: @escaping @Sendable (Region) -> any EC2Client
    ) {
        self.home = home
        self.listPrices = listPrices
        self.time = time
        self.ec2InRegion = ec2InRegion
    }

    /// What a survey found.
    package struct Finding: Sendable {
        /// The cheapest first.
        package var offers: [PoolOffer] = []
        /// Regions that could not be asked, in the order in which they were given.
        package var failures: [(region: Region, error: any Error)] = []
        /// Why some on-demand prices are missing; nil where none is.
        package var listPriceFailure: (any Error)?
    }

    /// Every region that the account has enabled.
    package func enabledRegions() async throws -> [Region] {
        try await home.describeRegions(DescribeRegions()).filter(\.isEnabled)
            .compactMap { Region($0.name) }.sorted()
    }

    /// The pools of the types in the regions.
    package func look(for types: [InstanceType], in regions: [Region]) async throws -> Finding {
        let looks = await withTaskGroup(of: (Region, Result<Look, any Error>).self) { group in
            for region in regions {
                group.addTask { (region, await look(for: types, in: region)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        try Task.checkCancellation()
        var finding = Finding()
        for region in regions {
            switch looks[region] {
            case .success(let look):
                finding.offers += look.offers
                finding.listPriceFailure = finding.listPriceFailure ?? look.listPriceFailure
            case .failure(let error): finding.failures.append((region, error))
            case nil: break
            }
        }
        finding.offers.sort { left, right in
            (left.pool.price, left.pool.instanceType, left.pool.zone)
                < (right.pool.price, right.pool.instanceType, right.pool.zone)
        }
        if !finding.failures.isEmpty { await explain(&finding.failures) }
        return finding
    }

    /// The names of types most like one that nobody offers.
    package func namesLike(_ type: InstanceType, in region: Region) async throws -> [String] {
        let offerings = try await ec2InRegion(region).describeInstanceTypeOfferings(
            DescribeInstanceTypeOfferings(by: .region)
        )
        let names = Set(offerings.map(\.type.rawValue)).sorted()
        return NearestName.ranked(names, to: type.rawValue, atMost: 3)
    }

    private struct Look: Sendable {
        let offers: [PoolOffer]
        let listPriceFailure: (any Error)?
    }

    private func look(for types: [InstanceType], in region: Region) async -> Result<Look, any Error>
    {
        do {
            let market = SpotMarket(ec2: ec2InRegion(region), time: time)
            let pools = try await market.pools(of: types)
            let offered = Set(pools.map(\.instanceType)).sorted()
            let list = await listPrices.onDemand(offered, in: region)
            let offers = pools.map {
                PoolOffer(
                    region: region,
                    pool: $0,
                    onDemandPrice: list.prices[$0.instanceType]
                )
            }
            return .success(Look(offers: offers, listPriceFailure: list.failure))
        } catch {
            return .failure(error)
        }
    }

    /// A region that the account has not enabled refuses as if the credentials were wrong, and one
    /// that does not exist has no host: only the list of regions tells.
    private func explain(_ failures: inout [(region: Region, error: any Error)]) async {
        let query = DescribeRegions(includesDisabled: true)
        guard let known = try? await home.describeRegions(query) else { return }
        for index in failures.indices {
            let region = failures[index].region
            guard let found = known.first(where: { $0.name == region.name }) else {
                failures[index].error = unknown(region, known)
                continue
            }
            if !found.isEnabled { failures[index].error = disabled(region, failures[index].error) }
        }
    }

    private func unknown(_ region: Region, _ known: [RegionDescription]) -> GeneralFailure {
        let nearest = NearestName.among(known.map(\.name), to: region.name)
        return GeneralFailure(
            .usage,
            "cannot ask \(region): there is no such region",
            hint: nearest.map { "did you mean \($0)?" }
        )
    }

    private func disabled(_ region: Region, _ cause: any Error) -> GeneralFailure {
        GeneralFailure(
            .denied,
            "cannot ask \(region): the account has not enabled it",
            hint: "'aws account enable-region --region-name \(region)' enables it",
            cause: cause
        )
    }
}
