package import FoundationEssentials

/// A product of the price list with what it costs on demand.
package struct PriceListProduct: Sendable, Hashable, Decodable {
    package let sku: String
    package let attributes: [String: String]
    package let rates: [Rate]

    /// A price for a unit.
    package struct Rate: Sendable, Hashable {
        /// `Hrs`, `GB-Mo`.
        package let unit: String
        /// By currency, `USD` and in China `CNY`.
        package let prices: [String: Decimal]

        package init(unit: String, prices: [String: Decimal]) {
            self.unit = unit
            self.prices = prices
        }
    }

    package init(sku: String, attributes: [String: String] = [:], rates: [Rate]) {
        self.sku = sku
        self.attributes = attributes
        self.rates = rates
    }

    /// Capacity that is reserved ahead is sold under the same attributes but this one.
    package var isOnDemand: Bool { attributes["marketoption"].map { $0 == "OnDemand" } ?? true }

    package init(from decoder: any Decoder) throws {
        let document = try Document(from: decoder)
        sku = document.product.sku
        attributes = document.product.attributes ?? [:]
        let dimensions = (document.terms.onDemand ?? [:]).values.flatMap(\.priceDimensions.values)
        rates = dimensions.map { dimension in
            Rate(
                unit: dimension.unit,
                prices: dimension.pricePerUnit.compactMapValues { Decimal(string: $0) }
            )
        }
    }

    /// The document as AWS writes it, as far as it matters here.
    private struct Document: Decodable {
        let product: Product
        let terms: Terms

        struct Product: Decodable {
            let sku: String
            let attributes: [String: String]?
        }

        struct Terms: Decodable {
            let onDemand: [String: Term]?

            private enum CodingKeys: String, CodingKey {
                case onDemand = "OnDemand"
            }
        }

        struct Term: Decodable {
            let priceDimensions: [String: Dimension]
        }

        struct Dimension: Decodable {
            let unit: String
            let pricePerUnit: [String: String]
        }
    }
}
