import AWSRuntime
import SpotSupport
import SpotTestSupport
import Testing

/// The client before a lab that misbehaves, in one way at a time.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct LabFaultTests {
    @Test func `row 5: a burst of four RequestLimitExceeded is waited out`() async throws {
        let account = try await LabAccount(region: "ap-southeast-3")
        try await account.fault("throttle", "--action", "DescribeRegions", "--count", "4")
        let regions = try await account.client().send(DescribeRegions())
        #expect(regions.contains("eu-west-1"))
        #expect(account.time.slept == [1, 2, 4, 8].map { .seconds($0) })
    }

    @Test func `row 4: a token that expires on the second page is renewed, and no page is lost`()
        async throws
    {
        let account = try await LabAccount(region: "ap-southeast-4")
        let keys = [
            try await account.temporaryCredentials(), try await account.temporaryCredentials(),
        ]
        let whole = try await account.client().sendAllPages(DescribeInstanceTypeOfferings())
        try #require(whole.count > 1)
        try await account.fault(
            "error",
            "ExpiredToken",
            "--action",
            "DescribeInstanceTypeOfferings",
            "--skip",
            "1",
            "--count",
            "1"
        )
        let pages = try await account.client(keys).sendAllPages(DescribeInstanceTypeOfferings())
        #expect(pages.flatMap(\.types) == whole.flatMap(\.types))
        #expect(account.time.slept.isEmpty)
    }

    @Test(arguments: ["html", "empty", "truncate", "drop", "drop-answer"])
    func `row 39: a read gets over an answer that is none`(_ kind: String) async throws {
        let account = try await LabAccount(region: "ap-southeast-5")
        try await account.fault(kind, "--action", "DescribeRegions", "--count", "2")
        let regions = try await account.client().send(DescribeRegions())
        #expect(regions.contains("eu-west-1"))
        #expect(account.time.slept.count == 2)
    }

    @Test(arguments: ["html", "empty", "truncate", "drop-answer"])
    func `row 39: what may happen once is not repeated after an answer that is none`(
        _ kind: String
    ) async throws {
        let account = try await LabAccount(region: "me-central-1")
        try await account.fault(kind, "--action", "DescribeRegions", "--count", "1")
        let error = await account.client().failure(of: DescribeRegions(effect: .once))
        #expect(error?.isEffectUnknown == true)
        #expect(account.time.slept.isEmpty)
        _ = try await account.client().send(DescribeRegions())
    }
}
