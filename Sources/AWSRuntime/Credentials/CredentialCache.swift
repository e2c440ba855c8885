package import AWSSigning
import FoundationEssentials
package import SpotSupport

/// Keeps resolved credentials until shortly before they expire.
package actor CredentialCache {
    /// Credentials are replaced when less than this is left of them.
    private static let margin: Duration = .seconds(600)

    private let chain: CredentialChain
    private let time: any TimeSource
    private var kept: CredentialResolution?

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
        if let kept, isFresh(kept.credentials) { return kept }
        let resolved = try await chain.resolve()
        kept = resolved
        return resolved
    }

    /// Forgets what AWS no longer accepts, so that the next call resolves anew.
    package func forget(_ refused: AWSCredentials) {
        if kept?.credentials == refused { kept = nil }
    }

    private func isFresh(_ credentials: AWSCredentials) -> Bool {
        guard let expiration = credentials.expiration else { return true }
        return expiration.timeIntervalSince(time.now) > Self.margin.seconds
    }
}
