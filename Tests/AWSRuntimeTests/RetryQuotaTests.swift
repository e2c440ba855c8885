import AWSRuntime
import HTTPTransport
import SpotTestSupport
import Testing

struct RetryQuotaTests {
    private let quota = RetryQuota()

    @Test func `a hundred retries use a region's quota up, and then calls fail at once`() async {
        let trouble = client(.refusal(500, "InternalError"), count: 1000)
        for _ in 1...25 { _ = await trouble.failure(of: Probe()) }
        #expect(await retries(after: .refusal(500, "InternalError")) == 0)
    }

    @Test func `a retry after a timeout costs twice as much`() async {
        let trouble = client(.failed(.timedOut, reachedServer: false), count: 1000)
        for _ in 1...12 { _ = await trouble.failure(of: Probe()) }
        #expect(await retries(after: .failed(.timedOut, reachedServer: false)) == 2)
        #expect(await retries(after: .refusal(500, "InternalError")) == 0)
    }

    @Test func `a success gives back what its last retry cost`() async throws {
        await useUp()
        for _ in 1...5 { #expect(await client(.good, count: 1).failure(of: Probe()) == nil) }
        let recovering = AWSClient.test(
            FakeTransport([.refusal(500, "InternalError"), .good]),
            quota: quota
        )
        #expect(try await recovering.send(Probe()) == "7")
        #expect(await retries(after: .refusal(500, "InternalError")) == 1)
    }

    @Test func `a success at once earns one`() async {
        await useUp()
        for _ in 1...4 { #expect(await client(.good, count: 1).failure(of: Probe()) == nil) }
        #expect(await retries(after: .refusal(500, "InternalError")) == 0)
        #expect(await client(.good, count: 1).failure(of: Probe()) == nil)
        #expect(await retries(after: .refusal(500, "InternalError")) == 1)
    }

    @Test func `clients of one region share the quota, and regions do not`() async throws {
        await useUp()
        let transport = FakeTransport([.refusal(500, "InternalError"), .good])
        let here = AWSClient.test(transport, quota: quota)
        #expect(await here.failure(of: Probe())?.code == "InternalError")
        let other = FakeTransport([.refusal(500, "InternalError"), .good])
        let region = try #require(Region("us-east-1"))
        let elsewhere = AWSClient.test(other, quota: quota).inRegion(region)
        #expect(await elsewhere.failure(of: Probe()) == nil)
        #expect(await elsewhere.inRegion(here.region).failure(of: Probe()) != nil)
    }

    private func useUp() async {
        let trouble = client(.refusal(500, "InternalError"), count: 1000)
        for _ in 1...25 { _ = await trouble.failure(of: Probe()) }
    }

    /// How often a call is repeated that meets nothing but `answer`.
    private func retries(after answer: FakeTransport.Answer) async -> Int {
        let transport = FakeTransport([FakeTransport.Answer](repeating: answer, count: 5))
        _ = await AWSClient.test(transport, quota: quota).failure(of: Probe())
        return transport.requests.count - 1
    }

    private func client(_ answer: FakeTransport.Answer, count: Int) -> AWSClient {
        AWSClient.test(
            FakeTransport([FakeTransport.Answer](repeating: answer, count: count)),
            quota: quota
        )
    }
}
