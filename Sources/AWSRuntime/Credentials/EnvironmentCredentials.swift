import AWSSigning
import SpotSupport

/// Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentials: CredentialProvider {
    private let settings: AWSSettings
    private let isAsked: Bool

    /// - Parameter isAsked: a profile sends here by name, so that a flag does not turn it off.
    package init(_ settings: AWSSettings, isAsked: Bool = false) {
        self.settings = settings
        self.isAsked = isAsked
    }

    package var name: String { "the environment" }

    package func resolve() throws(AWSConfigurationError) -> CredentialAnswer {
        guard isAsked || !settings.isProfileExplicit else {
            return .notApplicable(reason: "--aws-profile was given in place of the environment")
        }
        guard let key = settings.variable("AWS_ACCESS_KEY_ID") else {
            return .notApplicable(reason: "AWS_ACCESS_KEY_ID is not set")
        }
        guard let secret = settings.variable("AWS_SECRET_ACCESS_KEY") else {
            throw AWSConfigurationError(
                "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY",
                kind: .denied,
                hint: "set both or neither"
            )
        }
        let expiration = settings.variable("AWS_CREDENTIAL_EXPIRATION")
        let moment = expiration.flatMap { Timestamp.parse($0) }
        if let expiration, moment == nil {
            throw AWSConfigurationError(
                "cannot read AWS_CREDENTIAL_EXPIRATION: \(expiration) is not a date",
                kind: .denied
            )
        }
        return .credentials(
            AWSCredentials(
                accessKeyID: key,
                secretAccessKey: secret,
                sessionToken: settings.variable("AWS_SESSION_TOKEN")
                    ?? settings.variable("AWS_SECURITY_TOKEN"),
                expiration: moment,
                accountID: settings.variable("AWS_ACCOUNT_ID")
            )
        )
    }
}
