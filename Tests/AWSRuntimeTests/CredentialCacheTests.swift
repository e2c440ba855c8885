import AWSRuntime
import AWSSigning
import FoundationEssentials
import SpotSupport
import Synchronization
import Testing

struct CredentialCacheTests {
    private let time = InstantTime()

    @Test func `lasting credentials are resolved once`() async throws {
        let provider = CountingProvider(expiration: nil)
        let cache = CredentialCache(CredentialChain([provider]), time: time)
        for _ in 0..<3 { _ = try await cache.credentials() }
        #expect(provider.count == 1)
    }

    @Test func `credentials are replaced before they expire`() async throws {
        let provider = CountingProvider(expiration: time.now.addingTimeInterval(3600))
        let cache = CredentialCache(CredentialChain([provider]), time: time)
        _ = try await cache.credentials()
        time.advance(by: .seconds(2600))
        _ = try await cache.credentials()
        #expect(provider.count == 1)
        time.advance(by: .seconds(500))
        _ = try await cache.credentials()
        #expect(provider.count == 2)
    }

    @Test func `a renewal that fails with time left is tried again a minute later`() async throws {
        let provider = CountingProvider(expiration: time.now.addingTimeInterval(3600))
        let cache = CredentialCache(CredentialChain([provider]), time: time)
        let first = try await cache.credentials()
        provider.fail(true)
        time.advance(by: .seconds(2800))
        #expect(try await cache.credentials() == first)
        #expect(try await cache.credentials() == first)
        #expect(provider.count == 2)
        time.advance(by: .seconds(61))
        #expect(try await cache.credentials() == first)
        #expect(provider.count == 3)
    }

    @Test func `a renewal that fails in the last minutes is an error`() async throws {
        let provider = CountingProvider(expiration: time.now.addingTimeInterval(3600))
        let cache = CredentialCache(CredentialChain([provider]), time: time)
        _ = try await cache.credentials()
        provider.fail(true)
        time.advance(by: .seconds(3001))
        let error = try #require(await failure { try await cache.credentials() })
        #expect(error.message == "cannot use the test: broken")
        provider.fail(false)
        provider.expire(at: time.now.addingTimeInterval(3600))
        #expect(try await cache.credentials().accessKeyID == "AKID3")
    }

    @Test func `credentials with a short life are not renewed at every request`() async throws {
        let provider = CountingProvider(expiration: time.now.addingTimeInterval(840))
        let cache = CredentialCache(CredentialChain([provider]), time: time)
        _ = try await cache.credentials()
        time.advance(by: .seconds(400))
        _ = try await cache.credentials()
        #expect(provider.count == 1)
        time.advance(by: .seconds(30))
        _ = try await cache.credentials()
        #expect(provider.count == 2)
    }

    @Test func `what has expired already is an error and not kept`() async throws {
        let provider = CountingProvider(expiration: time.now.addingTimeInterval(-1))
        let cache = CredentialCache(CredentialChain([provider]), time: time)
        for _ in 0..<2 {
            let error = try #require(await failure { try await cache.credentials() })
            #expect(error.message == "the credentials from the test have expired")
            #expect(error.kind == .denied)
        }
        #expect(provider.count == 2)
    }

    @Test func `many requests at a time ask once`() async throws {
        let provider = SlowProvider()
        let cache = CredentialCache(CredentialChain([provider]), time: time)
        try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<20 { group.addTask { try await cache.credentials().accessKeyID } }
            for try await key in group { #expect(key == "AKID1") }
        }
        #expect(provider.count == 1)
    }

    @Test func `only credentials that are still kept are forgotten`() async throws {
        let provider = CountingProvider(expiration: nil)
        let cache = CredentialCache(CredentialChain([provider]), time: time)
        let first = try await cache.credentials()
        await cache.forget(AWSCredentials(accessKeyID: "other", secretAccessKey: "s"))
        #expect(try await cache.credentials() == first)
        await cache.forget(first)
        #expect(try await cache.credentials() != first)
    }
}

/// Gives other credentials each time it is asked.
private final class CountingProvider: CredentialProvider {
    private struct State {
        var count = 0
        var expiration: Date?
        var fails = false
    }

    private let state: Mutex<State>

    init(expiration: Date?) { state = Mutex(State(expiration: expiration)) }

    var name: String { "the test" }

    var count: Int { state.withLock { $0.count } }

    func fail(_ fails: Bool) { state.withLock { $0.fails = fails } }

    func expire(at end: Date) { state.withLock { $0.expiration = end } }

    func resolve() throws(AWSConfigurationError) -> CredentialAnswer {
        let now = state.withLock { state in
            state.count += 1
            return state
        }
        if now.fails { throw AWSConfigurationError("cannot use the test: broken", kind: .denied) }
        return .credentials(
            AWSCredentials(
                accessKeyID: "AKID\(now.count)",
                secretAccessKey: "s",
                expiration: now.expiration
            )
        )
    }
}

/// Answers only after others had their turn.
private final class SlowProvider: CredentialProvider {
    private let asked = Mutex(0)

    var name: String { "the test" }

    var count: Int { asked.withLock { $0 } }

    func resolve() async -> CredentialAnswer {
        let number = asked.withLock { asked in
            asked += 1
            return asked
        }
        for _ in 0..<100 { await Task.yield() }
        return .credentials(AWSCredentials(accessKeyID: "AKID\(number)", secretAccessKey: "s"))
    }
}
