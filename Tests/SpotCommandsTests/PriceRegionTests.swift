import AWSRuntime
import AWSServices
import SpotTestSupport
import Testing

/// `spot price` over several regions, and what it says of those that do not answer.
struct PriceRegionTests {
    typealias Ending = CommandScenario.Ending

    private static let west = Region("eu-west-1")
    private static let hongKong = Region("ap-east-1")

    /// At home the usual pools; in eu-west-1 one of t3.small.
    private func scenario() throws -> CommandScenario {
        var scenario = try CommandScenario()
        for region in [Self.west, Self.hongKong].compactMap(\.self) {
            var account = FakeAccount()
            account.prices = [FakeCatalogue.price("t3.small", "\(region)a", "0.0070")]
            scenario.abroad[region] = FakeEC2(region: region, time: scenario.time, account: account)
        }
        return scenario
    }

    private static let both = """
        t3.small\tus-east-1b\t0.0062\t0.0208\t70
        t3.small\teu-west-1a\t0.007\t0.0208\t66
        t3.small\tus-east-1a\t0.0074\t0.0208\t64

        """

    @Test(arguments: [["--region", "us-east-1,eu-west-1"], ["--all-regions"]])
    func `ranks the pools of several regions in one table`(words: [String]) async throws {
        let scenario = try scenario()
        await scenario.expect(["price", "t3.small"] + words, is: Ending(0, output: Self.both))
        #expect(scenario.pricing.calls.sorted() == ["eu-west-1 t3.small", "us-east-1 t3.small"])
    }

    @Test func `on a terminal shows a heading and what is saved`() async throws {
        var scenario = try CommandScenario()
        scenario.isTerminal = true
        scenario.environment = ["NO_COLOR": "1"]
        scenario.pricing.refuse(with: "AccessDeniedException")
        await scenario.expect(
            "price",
            "c7i.large",
            is: Ending(
                0,
                output: """
                    TYPE       ZONE           $/H  ON DEMAND  SAVING
                    c7i.large  us-east-1a  0.0301    unknown       –

                    """,
                talk: """
                    spot: some on-demand prices are unknown: Pricing refused GetProducts: as the \
                    test says (AccessDeniedException)

                    """
            )
        )
    }

    @Test func `18 a region that is not enabled is named, and the others are shown`() async throws {
        let scenario = try scenario()
        let hongKong = try #require(Self.hongKong)
        scenario.abroad[hongKong]?.refuse(.describeSpotPriceHistory, with: .authFailure, times: 9)
        await scenario.expect(
            "price",
            "t3.small",
            "--region",
            "us-east-1,ap-east-1,eu-west-1",
            is: Ending(
                8,
                output: Self.both,
                talk: """
                    spot: error: cannot ask ap-east-1: the account has not enabled it
                    spot: hint: 'aws account enable-region --region-name ap-east-1' enables it

                    """
            )
        )
    }

    @Test func `a region that fails is named, and the others are shown`() async throws {
        let scenario = try scenario()
        let west = try #require(Self.west)
        scenario.abroad[west]?.refuse(.describeSpotPriceHistory, with: "InternalError", times: 9)
        await scenario.expect(
            "price",
            "c7i.large",
            "--all-regions",
            is: Ending(
                8,
                output: "c7i.large\tus-east-1a\t0.0301\t0.08925\t66\n",
                talk: """
                    spot: error: eu-west-1: EC2 refused DescribeSpotPriceHistory: as the test says \
                    (InternalError)

                    """
            )
        )
    }

    @Test func `a region that does not exist is told with the nearest one`() async throws {
        var scenario = try scenario()
        let nowhere = try #require(Region("eu-west-l"))
        let ec2 = FakeEC2(region: nowhere, time: scenario.time)
        ec2.refuse(.describeSpotPriceHistory, with: .noAnswer, times: 9)
        scenario.abroad[nowhere] = ec2
        await scenario.expect(
            "price",
            "t3.small",
            "--region",
            "us-east-1,eu-west-l",
            "-q",
            is: Ending(
                8,
                output: "t3.small us-east-1b\nt3.small us-east-1a\n",
                talk: """
                    spot: error: cannot ask eu-west-l: there is no such region
                    spot: hint: did you mean eu-west-1?

                    """
            )
        )
    }

    @Test func `a slip of the finger gets the nearest names and ends with 3`() async throws {
        try await CommandScenario().expect(
            "price",
            "t3.smal",
            is: Ending(
                3,
                talk: """
                    spot: error: cannot find a spot price for t3.smal in us-east-1
                    spot: hint: did you mean t3.small, t2.small, t3a.small?

                    """
            )
        )
    }

    @Test func `what some of the types are not to be had for ends with 8`() async throws {
        try await CommandScenario().expect(
            "price",
            "c7i.large",
            "c7i.lrge",
            is: Ending(
                8,
                output: "c7i.large\tus-east-1a\t0.0301\t0.08925\t66\n",
                talk: """
                    spot: error: cannot find a spot price for c7i.lrge in us-east-1
                    spot: hint: did you mean c7i.large?

                    """
            )
        )
    }

    @Test func `nothing in any region ends with 3, but only where every region has answered`()
        async throws
    {
        let scenario = try scenario()
        let words = ["price", "t2.small", "--region", "us-east-1,eu-west-1"]
        await scenario.expect(
            words,
            is: Ending(
                3,
                talk: """
                    spot: error: cannot find a spot price for t2.small in these regions
                    spot: hint: another --region may offer it

                    """
            )
        )
        let west = try #require(Self.west)
        scenario.abroad[west]?.refuse(.describeSpotPriceHistory, with: "InternalError", times: 9)
        #expect(await scenario.run(words).status == 8)
    }

    @Test func `a name that is none is a usage error, and nobody is asked`() async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run("price", "t3.small", "--region", "us-east-1,eu west")
        #expect(ending.status == 2)
        #expect(scenario.ec2.calls.isEmpty)
        #expect(
            await scenario.run("price", "t3.small", "--region", "a,b", "--all-regions").status == 2
        )
    }
}
