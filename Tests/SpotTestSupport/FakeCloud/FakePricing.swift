package import AWSRuntime
package import AWSServices
import FoundationEssentials
import Synchronization

/// A price list of a few products; the same in every region.
package final class FakePricing: PricingClient {
    private struct State {
        var prices: [String: [String]] = [
            "t3.small": ["0.0208"], "t3a.small": ["0.0188"], "c7i.large": ["0.08925"],
            "gp3": ["0.08"],
        ]
        var refusal: AWSError?
        var asked: [String] = []
    }

    private let state = Mutex(State())

    package init() {}

    /// What was asked for, as region and product.
    package var calls: [String] { state.withLock { $0.asked } }

    /// The list prices of a product from now on; AWS lists one, as a rule.
    package func list(_ product: String, at prices: String...) {
        state.withLock { $0.prices[product] = prices }
    }

    /// Every call is refused from now on.
    package func refuse(with code: AWSError.Code) {
        let error = AWSError(
            code,
            "as the test says",
            service: "Pricing",
            operation: "GetProducts",
            httpStatus: 400
        )
        state.withLock { $0.refusal = error }
    }

    package func getProducts(
        _ query: GetProducts
    ) throws(AWSError) -> [PriceListProduct] {
        let fields = Dictionary(query.filters.map { ($0.field, $0.value) }) { first, _ in first }
        let product = fields["instanceType"] ?? fields["volumeApiName"] ?? ""
        let unit = fields["instanceType"] == nil ? "GB-Mo" : "Hrs"
        return try state.withLock { state throws(AWSError) in
            state.asked.append("\(fields["regionCode"] ?? "") \(product)")
            if let refusal = state.refusal { throw refusal }
            return (state.prices[product] ?? []).map { price in
                PriceListProduct(
                    sku: "\(product) \(price)",
                    rates: [.init(unit: unit, prices: ["USD": Decimal(string: price) ?? 0])]
                )
            }
        }
    }
}
