package import AWSSigning
import FoundationEssentials
package import SpotSupport

/// Keeps resolved credentials and renews them before they expire.
///
/// However many requests need them at a time, the providers are asked once.
package actor CredentialCache {
    private typealias Outcome = Result<CredentialResolution, AWSConfigurationError>

    /// When less than this is left, new ones are looked for; the old ones do where there are none.
    private static let advisory: Duration = .seconds(900)
    /// When less than this is left, there have to be new ones.
    private static let mandatory: Duration = .seconds(600)
    /// After a renewal that failed but was not urgent.
    private static let pause: Duration = .seconds(60)

    private let chain: CredentialChain
    private let time: any TimeSource
    private var kept: Kept?
    private var isRenewing = false
    private var waiting: [CheckedContinuation<Outcome, Never>] = []

    private struct Kept {
        let resolution: CredentialResolution
        /// Credentials with a short life are not renewed at every request: half of what they had
        /// left when they came is the most that counts as too little.
        let shortest: Duration
        var nextTry: Duration

        var end: Date? { resolution.credentials.expiration }
    }

    package init(_ chain: CredentialChain, time: any TimeSource = SystemTime()) {
        self.chain = chain
        self.time = time
    }

    /// A snapshot for one signature.
    package func credentials() async throws(AWSConfigurationError) -> AWSCredentials {
        try await resolution().credentials
    }

    /// The credentials in use, and how they were found.
    package func resolution() async throws(AWSConfigurationError) -> CredentialResolution {
        while true {
            if let kept, isFresh(kept) { return kept.resolution }
            guard isRenewing else { return try await renew().get() }
            if let kept, isUsable(kept) { return kept.resolution }
            let outcome = await withCheckedContinuation { waiting.append($0) }
            // Whoever asked was cancelled, which is no answer for the others.
            if case .failure(let error) = outcome, error.kind == .cancelled, !Task.isCancelled {
                continue
            }
            return try outcome.get()
        }
    }

    /// Forgets what AWS no longer accepts, so that the next call resolves anew.
    package func forget(_ refused: AWSCredentials) {
        guard kept?.resolution.credentials == refused else { return }
        kept = nil
        chain.forget(refused)
    }

    private func renew() async -> Outcome {
        isRenewing = true
        let outcome = settled(await resolved())
        isRenewing = false
        let waiting = waiting
        self.waiting = []
        for continuation in waiting { continuation.resume(returning: outcome) }
        return outcome
    }

    private func resolved() async -> Outcome {
        do throws(AWSConfigurationError) {
            return .success(try await chain.resolve())
        } catch {
            return .failure(error)
        }
    }

    /// Takes in what the providers said.
    private func settled(_ outcome: Outcome) -> Outcome {
        switch outcome {
        case .success(let resolution):
            let left = left(of: resolution.credentials.expiration)
            if let left, left <= .zero {
                return .failure(.denied("the credentials from \(resolution.provider) have expired"))
            }
            let half = (left ?? .zero) / 2
            kept = Kept(resolution: resolution, shortest: half, nextTry: time.uptime)
            return outcome
        case .failure:
            guard var old = kept, isUsable(old) else { return outcome }
            old.nextTry = time.uptime + Self.pause
            kept = old
            return .success(old.resolution)
        }
    }

    private func isFresh(_ kept: Kept) -> Bool {
        guard let left = left(of: kept.end) else { return true }
        if left > min(Self.advisory, kept.shortest) { return true }
        return isUsable(kept) && time.uptime < kept.nextTry
    }

    private func isUsable(_ kept: Kept) -> Bool {
        guard let left = left(of: kept.end) else { return true }
        return left > min(Self.mandatory, kept.shortest / 2)
    }

    private func left(of end: Date?) -> Duration? {
        end.map { .seconds($0.timeIntervalSince(time.now)) }
    }
}
