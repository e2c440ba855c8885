import AWSRuntime
import SpotTestSupport
import Testing

struct PriceTests {
    typealias Ending = CommandScenario.Ending

    @Test func `is a line a pool, the cheapest first`() async throws {
        try await CommandScenario().expect(
            "price",
            "t3.small",
            "t3a.small",
            is: Ending(
                0,
                output: """
                    t3a.small\tus-east-1c\t0.006\t0.0188\t68
                    t3.small\tus-east-1b\t0.0062\t0.0208\t70
                    t3.small\tus-east-1a\t0.0074\t0.0208\t64

                    """
            )
        )
    }

    @Test func `as JSON is one array, in silence the pools alone`() async throws {
        let scenario = try CommandScenario()
        await scenario.expect(
            "price",
            "c7i.large",
            "--json",
            is: Ending(
                0,
                output: #"[{"onDemandPrice":"0.08925","price":"0.0301","region":"us-east-1","#
                    + #""saving":66,"type":"c7i.large","zone":"us-east-1a"}]"# + "\n"
            )
        )
        await scenario.expect(
            "price",
            "c7i.large",
            "-q",
            is: Ending(0, output: "c7i.large us-east-1a\n")
        )
    }

    @Test func `of what is not offered ends with 3`() async throws {
        try await CommandScenario().expect(
            "price",
            "p5.48xlarge",
            "t2.small",
            is: Ending(
                3,
                talk: """
                    spot: error: cannot find a spot price for p5.48xlarge, t2.small in us-east-1
                    spot: hint: another --region may offer it

                    """
            )
        )
    }

    @Test func `that AWS refuses shows its code and the hint, the request with -v`() async throws {
        let scenario = try CommandScenario()
        scenario.ec2.refuse(.describeSpotPriceHistory, with: .authFailure, times: 3)
        let plain = """
            spot: error: EC2 refused DescribeSpotPriceHistory: as the test says (AuthFailure)
            spot: hint: 'spot config show' tells which credentials and which region are used

            """
        await scenario.expect("price", "t3.small", is: Ending(4, talk: plain))
        await scenario.expect(
            "price",
            "t3.small",
            "-v",
            is: Ending(4, talk: plain + "spot: request: request-of-the-test\n")
        )
        await scenario.expect(
            "price",
            "t3.small",
            "-q",
            "--json",
            is: Ending(
                4,
                output: #"{"error":{"causes":[],"hint":"'spot config show' tells which "#
                    + #"credentials and which region are used","kind":"denied","message":"EC2 "#
                    + #"refused DescribeSpotPriceHistory: as the test says (AuthFailure)","#
                    + #""requestID":"request-of-the-test"}}"# + "\n",
                talk: plain
            )
        )
    }
}
