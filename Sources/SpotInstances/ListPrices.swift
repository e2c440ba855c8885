package import AWSRuntime
package import AWSServices
package import FoundationEssentials
package import SpotSupport

/// What machines and disks cost at list price; never a reason for anything to fail.
package struct ListPrices: Sendable {
    /// Nothing that is shown waits longer for its list price.
    private static let patience = Duration.seconds(30)

    private let pricing: (any PricingClient)?
    private let cache: PriceCache
    private let time: any TimeSource

    /// - Parameter pricing: Nil where the partition has no price list.
    package init(pricing: (any PricingClient)?, cache: PriceCache, time: any TimeSource) {
        self.pricing = pricing
        self.cache = cache
        self.time = time
    }

    /// Prices as far as they are known.
    package struct Answer: Sendable {
        /// USD an hour, in China CNY.
        package fileprivate(set) var prices: [InstanceType: Decimal] = [:]
        /// Why others are missing; nil where none is.
        package fileprivate(set) var failure: (any Error)?
    }

    /// What the types cost on demand, all asked at the same time.
    package func onDemand(_ types: [InstanceType], in region: Region) async -> Answer {
        let queries = types.map { type in
            Query(
                subject: type.rawValue,
                key: "\(region) \(type)",
                unit: "Hrs",
                products: .onDemand(type, in: region)
            )
        }
        let (prices, failure) = await prices(queries)
        var answer = Answer()
        for type in types { answer.prices[type] = prices["\(region) \(type)"] }
        answer.failure = failure
        return answer
    }

    /// What a GiB of gp3 disk costs a month; nil where that is not known.
    package func disk(in region: Region) async -> Decimal? {
        let key = "\(region) gp3"
        let query = Query(subject: "gp3", key: key, unit: "GB-Mo", products: .disk(in: region))
        return await prices([query]).0[key]
    }

    private struct Query: Sendable {
        let subject: String
        let key: String
        let unit: String
        let products: GetProducts
    }

    private func prices(_ queries: [Query]) async -> ([String: Decimal], (any Error)?) {
        var prices = cache.prices(at: time.now)
        let missing = queries.filter { prices[$0.key] == nil }
        guard !missing.isEmpty else { return (prices, nil) }
        var fresh: [String: Decimal] = [:]
        var failure: (any Error)?
        await withTaskGroup(of: (String, Result<Decimal, any Error>).self) { group in
            for query in missing {
                group.addTask { (query.key, await price(query)) }
            }
            for await (key, result) in group {
                switch result {
                case .success(let price): fresh[key] = price
                case .failure(let error): failure = failure ?? error
                }
            }
        }
        if !fresh.isEmpty { cache.add(fresh, at: time.now) }
        prices.merge(fresh) { _, fresh in fresh }
        return (prices, failure)
    }

    private func price(_ query: Query) async -> Result<Decimal, any Error> {
        guard let pricing else {
            return .failure(unknown(query, "AWS publishes no prices in this partition"))
        }
        do {
            let products = try await time.limited("the price list", Self.patience) {
                try await pricing.getProducts(query.products)
            }
            return .success(try price(in: products.filter(\.isOnDemand), query))
        } catch {
            return .failure(error)
        }
    }

    /// Two products would mean that the question was not narrow enough: any answer would be a guess.
    private func price(in products: [PriceListProduct], _ query: Query) throws(GeneralFailure)
        -> Decimal
    {
        guard let product = products.first, products.count == 1 else {
            throw unknown(query, "AWS lists \(products.count) products for it")
        }
        let rates = product.rates.filter { $0.unit == query.unit }
        guard let prices = rates.first?.prices, rates.count == 1,
            let price = prices["USD"] ?? prices["CNY"]
        else { throw unknown(query, "AWS lists \(rates.count) rates for it") }
        return price
    }

    private func unknown(_ query: Query, _ reason: String) -> GeneralFailure {
        GeneralFailure(.broken, "cannot tell the list price of \(query.subject): \(reason)")
    }
}
