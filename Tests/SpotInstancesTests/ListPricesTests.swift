import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotInstances
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct ListPricesTests {
    private static let small = InstanceType("t3.small")

    private let pricing = FakePricing()
    private let folder: ScratchDirectory

    init() throws {
        folder = try ScratchDirectory()
    }

    private var file: FilePath { folder("spot/list-prices.json") }

    private func prices(
        at time: ManualTime = ManualTime(.standing),
        source: String = "https://prices.test/",
        isKnown: Bool = true
    ) -> ListPrices {
        ListPrices(
            pricing: isKnown ? pricing : nil,
            cache: PriceCache(path: file, source: source),
            time: time
        )
    }

    private func t3(_ prices: ListPrices) async -> Decimal? {
        await prices.onDemand([Self.small], in: .usEast1).prices[Self.small]
    }

    @Test func `are asked for once a day`() async throws {
        let expected = Decimal(string: "0.0208")
        #expect(await t3(prices()) == expected)
        #expect(await t3(prices()) == expected)
        #expect(pricing.calls == ["us-east-1 t3.small"])
        let tomorrow = ManualTime(.standing, at: ManualTime().now.addingTimeInterval(86_400))
        #expect(await t3(prices(at: tomorrow)) == expected)
        #expect(pricing.calls.count == 2)
        let yesterday = ManualTime(.standing, at: ManualTime().now.addingTimeInterval(-60))
        #expect(await t3(prices(at: yesterday)) == expected)
        #expect(pricing.calls.count == 3)
    }

    @Test func `are kept in a file of the person's own`() async throws {
        _ = await t3(prices())
        let mode = try FileManager.default.attributesOfItem(atPath: file.string)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }

    @Test(arguments: ["", "{", "[]", #"{"source":"https://prices.test/","entries":{"x":1}}"#])
    func `a file that cannot be read counts as none`(text: String) async throws {
        try PrivateFile.write(text.utf8, to: file)
        #expect(await t3(prices()) == Decimal(string: "0.0208"))
        #expect(await t3(prices()) == Decimal(string: "0.0208"))
        #expect(pricing.calls.count == 1)
    }

    @Test func `a folder that cannot be written costs nothing but the next question`() async throws
    {
        try folder.write("".utf8, to: "spot")
        #expect(await t3(prices()) == Decimal(string: "0.0208"))
        #expect(await t3(prices()) == Decimal(string: "0.0208"))
        #expect(pricing.calls.count == 2)
    }

    @Test func `those of another endpoint are not taken`() async throws {
        _ = await t3(prices())
        pricing.list("t3.small", at: "0.5")
        #expect(await t3(prices(source: "http://127.0.0.1/")) == Decimal(string: "0.5"))
    }

    @Test func `a refusal leaves them unknown, says why, and is not kept`() async throws {
        pricing.refuse(with: "AccessDeniedException")
        let answer = await prices().onDemand([Self.small, InstanceType("c7i.large")], in: .usEast1)
        #expect(answer.prices.isEmpty)
        #expect((answer.failure as? AWSError)?.code == "AccessDeniedException")
        #expect(pricing.calls.count == 2)
    }

    @Test(arguments: [[], ["0.02", "0.03"]])
    func `anything but exactly one product leaves the price unknown`(listed: [String]) async throws
    {
        switch listed.count {
        case 2: pricing.list("t3.small", at: listed[0], listed[1])
        default: pricing.list("t3.small")
        }
        let answer = await prices().onDemand([Self.small], in: .usEast1)
        #expect(answer.prices.isEmpty)
        #expect(
            answer.failure.map { "\($0)" }
                == "cannot tell the list price of t3.small: AWS lists \(listed.count) products for it"
        )
    }

    @Test func `where a partition has no price list nobody is asked`() async throws {
        let answer = await prices(isKnown: false).onDemand([Self.small], in: .usEast1)
        #expect(answer.prices.isEmpty)
        #expect(pricing.calls.isEmpty)
    }

    @Test func `disk space has a price of its own`() async throws {
        #expect(await prices().disk(in: .usEast1) == Decimal(string: "0.08"))
    }
}
