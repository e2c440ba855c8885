import AWSServices
import FoundationEssentials
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct SpotPoolTests {
    private static func pool(_ type: String, _ zone: String, _ price: String) -> SpotPool {
        SpotPool(
            instanceType: InstanceType(type),
            zone: AvailabilityZone(zone),
            price: Decimal(string: price) ?? 0
        )
    }

    private static func price(_ price: String, _ seconds: Double) -> SpotPrice {
        SpotPrice(
            type: InstanceType("t3.small"),
            zone: AvailabilityZone("us-east-1a"),
            price: Decimal(string: price) ?? 0,
            productDescription: "Linux/UNIX",
            since: Date(timeIntervalSince1970: seconds)
        )
    }

    @Test func `of several prices of a pool the newest counts, in any order`() {
        let prices = [Self.price("0.2", 20), Self.price("0.3", 30), Self.price("0.1", 10)]
        #expect(SpotMarket.latest(prices) == [Self.pool("t3.small", "us-east-1a", "0.3")])
        #expect(SpotMarket.latest(prices.reversed()) == SpotMarket.latest(prices))
        #expect(SpotMarket.latest([]).isEmpty)
    }

    @Test func `pools are told cheapest first, and prices compare as numbers`() {
        let pools = SpotMarket.latest([
            FakeCatalogue.price("b.large", "z1", "0.10"),
            FakeCatalogue.price("a.large", "z2", "0.1"),
            FakeCatalogue.price("c.large", "z1", "0.09"),
            FakeCatalogue.price("a.large", "z1", "0.1000"),
        ])
        #expect(
            pools.map { "\($0.instanceType) \($0.zone)" } == [
                "c.large z1", "a.large z1", "a.large z2", "b.large z1",
            ]
        )
    }

    @Test func `preferred types are tried first, each from its cheapest zone on`() {
        let pools = [
            Self.pool("cheap.large", "z1", "0.01"), Self.pool("best.large", "z2", "0.30"),
            Self.pool("best.large", "z1", "0.20"), Self.pool("unasked.large", "z1", "0.001"),
        ]
        let types = ["best.large", "cheap.large", "best.large"].map { InstanceType($0) }
        let ranked = PoolRanking.ranked(pools, preferring: types)
        #expect(
            ranked.map { "\($0.instanceType) \($0.zone)" } == [
                "best.large z1", "best.large z2", "cheap.large z1", "unasked.large z1",
            ]
        )
    }

    @Test func `the price of a machine is that of its own pool, and none on demand`() async throws {
        let time = ManualTime()
        let market = SpotMarket(ec2: FakeEC2(time: time), time: time)
        let spot = Machine.fixture { $0.isSpot = true }
        #expect(try await market.price(of: spot) == Decimal(string: "0.0074"))
        #expect(try await market.price(of: Machine.fixture()) == nil)
    }
}
