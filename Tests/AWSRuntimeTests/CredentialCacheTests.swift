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
    private let asked = Mutex(0)
    private let expiration: Date?

    init(expiration: Date?) { self.expiration = expiration }

    var name: String { "the test" }

    var count: Int { asked.withLock { $0 } }

    func resolve() -> CredentialAnswer {
        let number = asked.withLock { asked in
            asked += 1
            return asked
        }
        return .credentials(
            AWSCredentials(
                accessKeyID: "AKID\(number)",
                secretAccessKey: "s",
                expiration: expiration
            )
        )
    }
}
