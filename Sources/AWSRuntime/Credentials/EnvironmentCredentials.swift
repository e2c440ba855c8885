import AWSSigning
import SpotSupport

/// Keys in `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`.
package struct EnvironmentCredentials: CredentialProvider {
    private let settings: AWSSettings

    package init(_ settings: AWSSettings) {
        self.settings = settings
    }

    package var name: String { "the environment" }

    package func resolve() throws(AWSConfigurationError) -> CredentialAnswer {
        guard !settings.isProfileExplicit else {
            return .notApplicable(reason: "--aws-profile was given in place of the environment")
        }
        guard let key = value("AWS_ACCESS_KEY_ID") else {
            return .notApplicable(reason: "AWS_ACCESS_KEY_ID is not set")
        }
        guard let secret = value("AWS_SECRET_ACCESS_KEY") else {
            throw AWSConfigurationError(
                "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY",
                kind: .denied,
                hint: "set both or neither"
            )
        }
        let expiration = value("AWS_CREDENTIAL_EXPIRATION")
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
                sessionToken: value("AWS_SESSION_TOKEN") ?? value("AWS_SECURITY_TOKEN"),
                expiration: moment,
                accountID: value("AWS_ACCOUNT_ID")
            )
        )
    }

    /// An empty variable counts as unset.
    private func value(_ name: String) -> String? {
        settings.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
