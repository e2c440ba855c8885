import FoundationEssentials
import SpotInstances
import Testing

struct PoolOfferTests {
    @Test(
        arguments: [
            ("0.0062", "0.0208", 70), ("0.03", "0.1", 70), ("0.1", "0.1", 0), ("0.2", "0.1", 0),
            ("0.001", "1", 99), ("0.0999", "0.1", 0),
        ]
    )
    func `a saving is whole per cent, never more than it is`(
        spot: String,
        onDemand: String,
        saving: Int
    ) throws {
        let price = try #require(Decimal(string: spot))
        let list = try #require(Decimal(string: onDemand))
        #expect(PoolOffer.saving(of: price, against: list) == saving)
    }

    @Test func `of what costs nothing there is no saving`() {
        #expect(PoolOffer.saving(of: 1, against: 0) == nil)
    }
}
