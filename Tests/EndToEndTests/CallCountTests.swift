import SpotTestSupport
import Testing

/// How often each command asks AWS: one call more, in any of them, is to be noticed.
///
/// `docs/aws-client.md` has the same numbers.
@Suite struct CallCountTests {
    @Test func `a launch makes 14 calls, and the other commands as many as are stated`()
        async throws
    {
        let computer = try await Computer(region: "il-central-1")
        try computer.files.write([1, 2, 3], to: "file")
        try computer.files.write(Array("#!/bin/sh\n".utf8), to: "script")
        let counter = CallCounter(computer)
        let launch = try await counter.calls(of: "launch", "count", "-p", "t3.small")
        launch.expect(
            [
                "GetCallerIdentity", "GetParameter", "DescribeImages", "DescribeInstances",
                "DescribeSecurityGroups", "DescribeSpotPriceHistory", "DescribeSubnets",
                "ImportKeyPair", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress",
                "CreateLaunchTemplate", "CreateFleet", "DeleteLaunchTemplate", "CreateTags",
            ],
            isPolling: true
        )
        let again = ["DescribeSecurityGroups", "DescribeInstances"]
        try await counter.calls(of: "launch", "count", "-p", "t3.small").expect(again)
        let errand = ["launch", "count", "-u", "file", "-s", "script"]
        try await counter.calls(of: errand).expect(again)
        try await counter.calls(of: "list").expect(["DescribeInstances"])
        try await counter.calls(of: "status", "count").expect(
            ["DescribeInstances", "DescribeSpotInstanceRequests", "DescribeSpotPriceHistory"]
        )
        for words in [
            ["exec", "count", "true"], ["exec", "coun?", "true"], ["run", "count", "script"],
            ["upload", "count", "file"],
            ["download", "count", "file", "copy"], ["ssh-config", "count"],
        ] {
            try await counter.calls(of: words).expect(["DescribeInstances"])
        }
        try await counter.callsOfShell("count").expect(["DescribeInstances"])
        let terminate = try await counter.calls(of: "terminate", "count")
        terminate.expect(
            [
                "DescribeInstances", "DescribeSpotInstanceRequests", "CancelSpotInstanceRequests",
                "TerminateInstances", "DescribeLaunchTemplates", "DescribeSecurityGroups",
                "DeleteSecurityGroup", "DescribeKeyPairs", "DeleteKeyPair", "GetCallerIdentity",
            ],
            isPolling: true
        )
    }

    @Test func `stop makes two calls, start three, and a dry run only reads`() async throws {
        let computer = try await Computer(region: "ap-southeast-4")
        let counter = CallCounter(computer)
        let preview = ["launch", "count-stop", "-p", "t3.small", "--dry-run"]
        try await counter.calls(of: preview).expectOnlyReads(atMost: 11)
        try await counter.calls(of: "launch", "count-stop", "--market", "on-demand").expect(
            [
                "GetCallerIdentity", "GetParameter", "DescribeImages", "DescribeInstances",
                "DescribeInstanceTypes", "DescribeSecurityGroups", "DescribeSubnets",
                "ImportKeyPair", "CreateSecurityGroup", "AuthorizeSecurityGroupIngress",
                "RunInstances", "CreateTags",
            ],
            isPolling: true
        )
        try await counter.calls(of: "stop", "count-stop").expect(
            ["DescribeInstances", "StopInstances"],
            isPolling: true
        )
        try await counter.calls(of: "start", "count-stop").expect(
            ["DescribeInstances", "StartInstances", "DescribeSecurityGroups"],
            isPolling: true
        )
        try await computer.spot("terminate", "count-stop")
    }

    @Test func `what a plan needs to know is asked at the same time`() async throws {
        let computer = try await Computer(region: "ap-southeast-5")
        let lab = computer.lab
        var holds: [Lab.Hold] = []
        for action in [
            "GetCallerIdentity", "DescribeSubnets", "DescribeSpotPriceHistory", "DescribeImages",
        ] {
            holds.append(try await lab.hold(action, in: computer.region))
        }
        let launch = try computer.start("launch", "parallel", "-p", "t3.small", "--dry-run")
        // Were one of them to wait for another, the other's answer would not come.
        for hold in holds {
            let isHeld = try await lab.awaitCall(of: hold)
            #expect(isHeld)
        }
        for hold in holds { try await lab.release(hold) }
        #expect(try await launch.end().status == 0)
    }

    /// In a lab of its own, where nobody else asks, and where machines may start slowly.
    @Test
    func `a list of all regions asks each once, and polling begins at a second and slows down`()
        async throws
    {
        let computer = try await Computer(lab: try await Lab.own())
        let counter = CallCounter(computer)
        try await counter.callsAnywhere(of: "list", "--all-regions").expectOnePerRegion()
        try await computer.lab.command("fault", "boot", "--pending", "6")
        let polls = try await counter.calls(of: "launch", "slow", "-p", "t3.small").polls
        let pauses = zip(polls.dropFirst(), polls).map { $0.seconds - $1.seconds }
        try #require(pauses.count >= 3, "\(pauses)")
        // The pauses are 1, 1.5, 2.25 s …, of which up to a quarter is chance; a call takes its time too.
        #expect(pauses[0] > 0.7 && pauses[0] < 3, "\(pauses)")
        #expect(pauses[2] > pauses[0] * 1.3, "\(pauses)")
        try await computer.spot("terminate", "slow")
    }
}
