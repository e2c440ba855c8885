package import AWSSigning
import SpotSupport

/// Asks providers in turn; the first one that applies wins.
package struct CredentialChain: Sendable {
    private let providers: [any CredentialProvider]

    package init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    /// The order of AWS's own tools, as far as providers exist here.
    package init(settings: AWSSettings) {
        self.init([
            EnvironmentCredentials(settings),
            IndirectCredentials(settings, keys: IndirectCredentials.strong),
            SharedFileCredentials(settings, file: .credentials),
            IndirectCredentials(settings, keys: IndirectCredentials.weak),
            SharedFileCredentials(settings, file: .config),
        ])
    }

    package func resolve() async throws(AWSConfigurationError) -> CredentialResolution {
        var skipped: [CredentialResolution.Skipped] = []
        for provider in providers {
            switch try await provider.resolve() {
            case .credentials(let credentials):
                return CredentialResolution(
                    credentials: credentials,
                    provider: provider.name,
                    skipped: skipped
                )
            case .notApplicable(let reason):
                skipped.append(.init(provider: provider.name, reason: reason))
            }
        }
        throw AWSConfigurationError(
            "there are no AWS credentials: " + skipped.map(\.reason).joined(separator: "; "),
            kind: .denied,
            hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run 'aws configure'"
        )
    }
}

/// Which provider won, and why the ones before it did not apply.
package struct CredentialResolution: Sendable {
    /// A provider that was asked in vain.
    package struct Skipped: Sendable, Hashable {
        package let provider: String
        package let reason: String

        package init(provider: String, reason: String) {
            self.provider = provider
            self.reason = reason
        }
    }

    package let credentials: AWSCredentials
    package let provider: String
    package let skipped: [Skipped]

    package init(credentials: AWSCredentials, provider: String, skipped: [Skipped] = []) {
        self.credentials = credentials
        self.provider = provider
        self.skipped = skipped
    }
}
