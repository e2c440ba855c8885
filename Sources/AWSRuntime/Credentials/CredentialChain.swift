package import AWSSigning
import SpotSupport

/// Asks providers in turn; the first one that applies wins.
package struct CredentialChain: Sendable {
    private let providers: [any CredentialProvider]
    /// For messages.
    private let profile: String?

    package init(_ providers: [any CredentialProvider], profile: String? = nil) {
        self.providers = providers
        self.profile = profile
    }

    /// Every provider for the profile in use, in the order of AWS's own tools.
    package init(_ context: CredentialContext) {
        let profile = context.settings.profileName.value
        let asksVariables = !context.settings.isProfileExplicit
        self.init(
            [EnvironmentCredentials(context.settings)]
                + [AssumedRoleCredentials(context, profile: profile)]
                + Self.providers(ofProfile: profile, in: context, asksVariables: asksVariables)
                + [ContainerCredentials(context), InstanceCredentials(context)],
            profile: profile
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
            SSOCredentials(context, profile: profile),
            SharedFileCredentials(context.settings, profile: profile, file: .credentials),
            LoginCredentials(context, profile: profile),
            ProcessCredentials(context, profile: profile),
            SharedFileCredentials(context.settings, profile: profile, file: .config),
        ]
    }

    package func resolve() async throws(AWSConfigurationError) -> CredentialResolution {
        let survey = await survey()
        if let found = try survey.outcome.get() { return found }
        throw .denied(
            "there are no AWS credentials: neither in the environment, nor for "
                + "\(profile.map { "profile \($0)" } ?? "any profile"), nor of a container or "
                + "an EC2 instance",
            hint: "run 'aws configure' to store some, or 'spot config show' to see where they "
                + "were looked for"
        )
    }

    /// Asks until a provider applies, and keeps what those before it said.
    package func survey() async -> CredentialSurvey {
        var skipped: [CredentialResolution.Skipped] = []
        for provider in providers {
            do throws(AWSConfigurationError) {
                switch try await provider.resolve() {
                case .credentials(let credentials):
                    let found = CredentialResolution(
                        credentials: credentials,
                        provider: provider.name,
                        skipped: skipped
                    )
                    return CredentialSurvey(
                        outcome: .success(found),
                        provider: provider.name,
                        skipped: skipped
                    )
                case .notApplicable(let reason):
                    skipped.append(.init(provider: provider.name, reason: reason))
                }
            } catch {
                return CredentialSurvey(
                    outcome: .failure(error),
                    provider: provider.name,
                    skipped: skipped
                )
            }
        }
        return CredentialSurvey(outcome: .success(nil), provider: nil, skipped: skipped)
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

/// What came of asking the providers.
package struct CredentialSurvey: Sendable {
    /// Nil where no provider applies; an error where the one that applies is broken.
    package let outcome: Result<CredentialResolution?, AWSConfigurationError>
    /// The provider that the outcome is from.
    package let provider: String?
    /// Those asked before, in order.
    package let skipped: [CredentialResolution.Skipped]
}
