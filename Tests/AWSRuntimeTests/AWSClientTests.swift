import AWSRuntime
import AWSSigning
import HTTPTransport
import Logging
import SpotSupport
import SpotTestSupport
import Testing

struct AWSClientTests {

    private let time = InstantTime()
    private let log = RecordedLog()

    @Test func `a call is addressed, signed and read`() async throws {
        let transport = FakeTransport([.status(200, Probe.good)])
        #expect(try await client(transport).send(Probe()) == "7")
        let request = try #require(transport.requests.first)
        #expect(request.url.description == "https://ec2.eu-central-1.amazonaws.com/")
        #expect(request.method == "POST")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "Action=Probe&Version=2020-01-01&Secret=user%20data"
        )
        #expect(request.headers["X-Amz-Date"] == "20261121T105207Z")
        #expect(request.headers["X-Amz-Security-Token"] == "the-token")
        #expect(
            request.headers["Authorization"]?.hasPrefix(
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-central-1/ec2/aws4_request, "
                    + "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, Signature="
            ) == true
        )
    }

    @Test(arguments: ["", "<html><body>Bad gateway</body></html>", "{}", "<a>"])
    func `a refusal that is no answer of AWS is known by its status`(_ body: String) async throws {
        let transport = FakeTransport([.status(404, body)])
        let error = try #require(await client(transport).failure(of: Probe()))
        #expect(error.code.rawValue == "404")
        #expect(
            error.message
                == "EC2 refused Probe: status 404 without an explanation (404)"
        )
    }

    @Test func `without credentials nothing is sent`() async throws {
        let transport = FakeTransport([])
        let home = try TemporaryHome()
        let chain = try home.chain()
        let error = await client(transport, chain).failure(of: Probe())
        #expect(error?.code == .notSent)
        #expect(error?.kind == .denied)
        #expect(error?.hint?.contains("aws configure") == true)
        #expect(transport.requests.isEmpty)
    }

    @Test func `the log tells what happened and no secret`() async throws {
        let transport = FakeTransport([.refusal(503, .busy), .status(200, Probe.good)])
        _ = try await client(transport).send(Probe())
        let lines = log.lines
        #expect(lines.first == "POST ec2.eu-central-1.amazonaws.com Probe: status 503, 0 ms")
        for secret in ["wJalr", "the-token", "Signature", "user%20data", "AKIDEXAMPLE"] {
            #expect(!lines.joined().contains(secret))
        }
    }

    private func client(_ transport: FakeTransport, _ chain: CredentialChain? = nil) -> AWSClient {
        AWSClient.test(transport, chain: chain, time: time, logger: log.logger)
    }
}
