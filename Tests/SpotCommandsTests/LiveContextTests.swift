import HTTPTransport
import SpotCommands
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// The context of the real program, with nothing replaced but the network and the clocks.
struct LiveContextTests {
    typealias Ending = CommandScenario.Ending

    private static let secret = "wJalrXUtnFEMIK7MDENGbPxRfiCYSECRETKEY"
    private static let token = "FwoGZXIvYXdzESECRETTOKEN"
    private static let environment = [
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": secret,
        "AWS_SESSION_TOKEN": token, "AWS_REGION": "eu-west-1",
    ]

    private static let denied = """
        <Response><Errors><Error><Code>UnauthorizedOperation</Code>\
        <Message>You are not authorized to perform this operation.</Message></Error></Errors>\
        <RequestID>0a1b2c3d</RequestID></Response>
        """

    private static let nothing = """
        <DescribeInstancesResponse><requestId>r-1</requestId><reservationSet/>\
        </DescribeInstancesResponse>
        """

    private func run(
        _ words: [String],
        in environment: [String: String] = environment,
        answers: [FakeTransport.Answer] = [],
        settings: String? = nil
    ) async throws -> (ending: Ending, requests: [HTTPRequest]) {
        try await LiveRun(settings: settings)(words, in: environment, answers: answers)
    }

    @Test func `a refusal of AWS tells code, request and hint`() async throws {
        let (ending, _) = try await run(["list", "-v"], answers: [.status(403, Self.denied)])
        #expect(
            ending
                == Ending(
                    4,
                    talk: """
                        spot: error: EC2 refused DescribeInstances: You are not authorized to \
                        perform this operation. (UnauthorizedOperation)
                        spot: hint: 'spot doctor' tells what these credentials may not do
                        spot: request: 0a1b2c3d

                        """
                )
        )
    }

    @Test(arguments: [[], ["-v"], ["-vv"], ["--json", "-vv"]])
    func `no secret is ever shown`(flags: [String]) async throws {
        for words in [["list"], ["config", "show"], ["launch", "web"], ["status", "web"]] {
            let (ending, _) = try await run(
                words + flags,
                answers: [.status(500), .status(403, Self.denied)]
            )
            for text in [ending.output, ending.talk] {
                #expect(!text.contains(Self.secret))
                #expect(!text.contains(Self.token))
                #expect(!text.contains("Signature="))
            }
        }
    }

    @Test func `every request is a line with -vv`() async throws {
        let (ending, requests) = try await run(
            ["list", "-vv"],
            answers: [.status(200, Self.nothing)]
        )
        #expect(requests.count == 1)
        #expect(ending.status == 0)
        #expect(ending.talk.contains("DescribeInstances"))
        #expect(ending.talk.hasSuffix("spot: no machines in eu-west-1\n"))
        let quiet = try await run(["list", "-v"], answers: [.status(200, Self.nothing)])
        #expect(quiet.ending == Ending(0, talk: "spot: no machines in eu-west-1\n"))
    }

    @Test(
        arguments: [
            ([], [:], "eu-west-1"), (["--region", "us-west-2"], [:], "us-west-2"),
            ([], ["SPOT_REGION": "ca-central-1"], "ca-central-1"),
        ] as [([String], [String: String], String)]
    )
    func `the region that counts is the one that is asked`(
        flags: [String],
        variables: [String: String],
        region: String
    ) async throws {
        let (ending, requests) = try await run(
            ["list"] + flags,
            in: Self.environment.merging(variables) { $1 },
            answers: [.status(200, Self.nothing)]
        )
        #expect(ending == Ending(0, talk: "spot: no machines in \(region)\n"))
        #expect(requests.map(\.url.authority) == ["ec2.\(region).amazonaws.com"])
    }

    @Test func `without a region nothing is sent and the ways to give one are named`() async throws
    {
        var environment = Self.environment
        environment["AWS_REGION"] = nil
        environment["AWS_EC2_METADATA_DISABLED"] = "true"
        let (ending, requests) = try await run(["list"], in: environment)
        #expect(
            ending
                == Ending(
                    2,
                    talk: """
                        spot: error: no AWS region is set
                        spot: hint: give --region, set AWS_REGION, or put region = … into \
                        /home/ada/.aws/config

                        """
                )
        )
        #expect(requests.isEmpty)
    }

    @Test func `without credentials nothing is sent and it ends with 4`() async throws {
        let (ending, requests) = try await run(
            ["list"],
            in: ["AWS_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true"]
        )
        #expect(ending.status == 4)
        #expect(
            ending.talk.hasSuffix(
                """
                there are no AWS credentials: neither in the environment, nor for profile default, \
                nor of a container or an EC2 instance
                spot: hint: run 'aws configure' to store some, or 'spot config show' to see where \
                they were looked for

                """
            )
        )
        #expect(requests.isEmpty)
    }

    @Test func `without a region an instance works in its own`() async throws {
        var environment = Self.environment
        environment["AWS_REGION"] = nil
        let (ending, requests) = try await run(
            ["list"],
            in: environment,
            answers: [
                .status(200, "token"), .status(200, "ap-south-2"), .status(200, Self.nothing),
            ]
        )
        #expect(ending == Ending(0, talk: "spot: no machines in ap-south-2\n"))
        #expect(
            requests[1].url.description
                == "http://169.254.169.254/latest/meta-data/placement/region"
        )
    }

    @Test func `certificates that are not there are told with the place that names them`()
        async throws
    {
        let environment = Self.environment.merging(["AWS_CA_BUNDLE": "/no/such.pem"]) { $1 }
        let (ending, requests) = try await run(["list"], in: environment)
        #expect(
            ending
                == Ending(
                    2,
                    talk: "spot: error: cannot use the certificates of AWS_CA_BUNDLE: cannot read "
                        + "/no/such.pem: no such file or directory\n"
                )
        )
        #expect(requests.isEmpty)
    }

    @Test func `a network that does not answer ends with 7 and the cause with -v`() async throws {
        let (ending, requests) = try await run(
            ["list", "-v"],
            answers: Array(repeating: .failed(.unresolved, reachedServer: false), count: 20)
        )
        #expect(requests.count > 1)
        #expect(
            ending
                == Ending(
                    7,
                    talk: """
                        spot: error: cannot ask EC2 for DescribeInstances: cannot reach aws.test: \
                        as the test says
                        spot: hint: check the network, the region and AWS_ENDPOINT_URL
                        spot: cause: cannot reach aws.test: as the test says

                        """
                )
        )
    }

    @Test func `a home that is nowhere ends with 2`() async throws {
        let program = Program(
            makeConsole: { _ in RecordingConsole() },
            makeContext: { global, console in
                try CommandContext.live(
                    global,
                    console: console,
                    environment: ["HOME": "ada"],
                    signals: nil,
                    makeConsole: { _ in console }
                )
            }
        )
        #expect(await program.run(["list"]) == 2)
    }
}
