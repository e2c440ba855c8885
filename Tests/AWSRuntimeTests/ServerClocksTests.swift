import AWSRuntime
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

/// A computer whose clock is wrong; it says 2026-11-21 10:52:07 UTC.
struct ServerClocksTests {
    private static let hourBehind: HTTPHeaders = ["Date": "Sat, 21 Nov 2026 11:52:07 GMT"]
    private static let hourAhead: HTTPHeaders = ["Date": "Sat, 21 Nov 2026 09:52:07 GMT"]
    private static let right: HTTPHeaders = ["Date": "Sat, 21 Nov 2026 10:56:07 GMT"]

    private let log = RecordedLog()

    @Test(arguments: [
        "AuthFailure", "InvalidSignatureException", "RequestExpired", "RequestInTheFuture",
        "RequestTimeTooSkewed", "SignatureDoesNotMatch",
    ])
    func `row 2: a signature refused for its time is made again with the server's`(_ code: String)
        async throws
    {
        let code = AWSError.Code(rawValue: code)
        for (headers, date) in [
            (Self.hourBehind, "20261121T115207Z"), (Self.hourAhead, "20261121T095207Z"),
        ] {
            let transport = FakeTransport([.refusal(403, code, headers: headers), .good])
            #expect(try await client(transport).send(Probe(effect: .once)) == "7")
            #expect(transport.dates == ["20261121T105207Z", date])
        }
    }

    @Test
    func `row 2: what was learned of a host holds for further calls, and a warning comes once`()
        async throws
    {
        let transport = FakeTransport([
            .refusal(403, "RequestTimeTooSkewed", headers: Self.hourBehind),
            .status(200, Probe.good, headers: Self.hourBehind),
            .status(200, Probe.good, headers: Self.hourBehind),
        ])
        let client = client(transport)
        _ = try await client.send(Probe())
        _ = try await client.send(Probe())
        #expect(transport.dates.dropFirst() == ["20261121T115207Z", "20261121T115207Z"])
        let warning = "this computer's clock is 1 h behind that of ec2.eu-central-1.amazonaws.com"
        #expect(log.lines.filter { $0 == warning }.count == 1)
    }

    @Test func `row 2: the clock is corrected once a call and no more`() async {
        let transport = FakeTransport([
            .refusal(403, "RequestTimeTooSkewed", headers: Self.hourBehind),
            .refusal(403, "RequestTimeTooSkewed", headers: Self.hourAhead),
        ])
        let error = await client(transport).failure(of: Probe())
        #expect(error?.code == "RequestTimeTooSkewed")
        #expect(error?.kind == .denied)
        #expect(transport.requests.count == 2)
    }

    @Test
    func `row 2: a call that was under way while another corrected the clock is repeated, too`()
        async throws
    {
        let skewed = FakeTransport.Answer.refusal(
            403,
            "RequestTimeTooSkewed",
            headers: Self.hourBehind
        )
        let transport = MeetingTransport(count: 2, skewed)
        let client = client(transport)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 1...2 { group.addTask { try await client.send(Probe()) } }
            for try await value in group { #expect(value == "7") }
        }
    }

    @Test(arguments: ["AuthFailure", "SignatureDoesNotMatch"])
    func `row 2: where the clock is right, wrong credentials stay wrong`(_ code: String) async {
        let code = AWSError.Code(rawValue: code)
        for headers in [Self.right, [:], ["Date": "yesterday"]] {
            let transport = FakeTransport([.refusal(403, code, headers: headers), .good])
            let error = await client(transport).failure(of: Probe())
            #expect(error?.code == code)
            #expect(error?.kind == .denied)
            #expect(transport.requests.count == 1)
        }
    }

    private func client(_ transport: any HTTPTransport) -> AWSClient {
        AWSClient.test(transport, logger: log.logger)
    }
}

extension FakeTransport {
    /// When each request says that it was signed.
    fileprivate var dates: [String?] { requests.map { $0.headers["X-Amz-Date"] } }
}
