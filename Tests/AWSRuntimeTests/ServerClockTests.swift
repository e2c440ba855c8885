import AWSRuntime
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

struct ServerClockTests {
    /// It is 2026-01-02 03:04:05 here.
    @Test(
        arguments: [
            ("Fri, 02 Jan 2026 03:04:05 GMT", .zero),
            ("Fri, 02 Jan 2026 03:00:05 GMT", .seconds(240)),
            ("Fri, 02 Jan 2026 04:04:05 GMT", .seconds(-3600)),
            ("yesterday", nil), ("", nil),
        ] as [(String, Duration?)]
    )
    func `tells by how much ours is ahead`(date: String, lead: Duration?) async throws {
        let transport = FakeTransport([.status(403, headers: ["Date": date])])
        let clock = ServerClock(
            address: HTTPURL("https://aws.test/"),
            transport: transport,
            time: ManualTime()
        )
        #expect(try await clock.lead() == lead)
        #expect(transport.requests.map(\.url.authority) == ["aws.test"])
    }

    @Test func `a server that does not answer is an error, no server is not`() async throws {
        let broken = FakeTransport([.failed(.unresolved, reachedServer: false)])
        let clock = ServerClock(
            address: HTTPURL("https://aws.test/"),
            transport: broken,
            time: ManualTime()
        )
        await #expect(throws: HTTPError.self) { try await clock.lead() }
        let none = ServerClock(address: nil, transport: broken, time: ManualTime())
        #expect(try await none.lead() == nil)
    }
}
