package import AWSSigning
import SpotSupport

/// Asks providers in turn; the first one that applies wins.
package struct CredentialChain: Sendable {
    private let providers: [any CredentialProvider]

    package init(_ providers: [any CredentialProvider]) {
        self.providers = providers
    }

    /// Every provider for the profile in use, in the order of AWS's own tools.
    package init(_ context: CredentialContext) {
        let profile = context.settings.profileName.value
        let asksVariables = !context.settings.isProfileExplicit
        self.init(
            [EnvironmentCredentials(context.settings)]
                + [AssumedRoleCredentials(context, profile: profile)]
                + Self.providers(ofProfile: profile, in: context, asksVariables: asksVariables)
                + [ContainerCredentials(context), InstanceCredentials(context)]
        )
    }

    /// What a profile can offer without a role that is assumed with other credentials.
    static func providers(
        ofProfile profile: String,
        in context: CredentialContext,
        asksVariables: Bool
    ) -> [any CredentialProvider] {
        [
            WebIdentityCredentials(context, profile: profile, asksVariables: asksVariables),
            SharedFileCredentials(context.settings, profile: profile, file: .credentials),
            ProcessCredentials(context, profile: profile),
            SharedFileCredentials(context.settings, profile: profile, file: .config),
        ]
    }

    package func resolve() async throws(AWSConfigurationError) -> CredentialResolution {
        let (found, skipped) = try await search()
        if let found { return found }
        throw .denied(
            "there are no AWS credentials: " + skipped.map(\.reason).joined(separator: "; "),
            hint: "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run 'aws configure'"
        )
    }

    /// The first provider that applies, and those that were asked in vain.
    func search() async throws(AWSConfigurationError) -> (
        found: CredentialResolution?, skipped: [CredentialResolution.Skipped]
    ) {
        var skipped: [CredentialResolution.Skipped] = []
        for provider in providers {
            switch try await provider.resolve() {
            case .credentials(let credentials):
                let found = CredentialResolution(
                    credentials: credentials,
                    provider: provider.name,
                    skipped: skipped
                )
                return (found, skipped)
            case .notApplicable(let reason):
                skipped.append(.init(provider: provider.name, reason: reason))
            }
        }
        return (nil, skipped)
    }

    /// Has every provider drop what it keeps of credentials that AWS no longer accepts.
    package func forget(_ refused: AWSCredentials) {
        for provider in providers { provider.forget(refused) }
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
