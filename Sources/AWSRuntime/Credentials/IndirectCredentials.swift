import SpotSupport

/// Profiles that say where credentials are to be had instead of holding them.
///
/// They are recognised so that nobody works under another identity than the profile names; the keys
/// beside such a setting are never used in its place.
package struct IndirectCredentials: CredentialProvider {
    /// The keys of a profile that beat static keys in the credentials file.
    package static let strong = [
        "role_arn", "web_identity_token_file", "sso_session", "sso_start_url",
    ]
    /// The keys that beat only static keys in the config file.
    package static let weak = ["login_session", "credential_process"]

    private let settings: AWSSettings
    private let keys: [String]

    package init(_ settings: AWSSettings, keys: [String]) {
        self.settings = settings
        self.keys = keys
    }

    package var name: String { keys.joined(separator: ", ") }

    package func resolve() throws(AWSConfigurationError) -> CredentialAnswer {
        let profile = settings.profileName.value
        guard let setting = keys.first(where: { settings.profile?[$0] != nil }) else {
            return .notApplicable(reason: "profile \(profile) has no \(name)")
        }
        throw AWSConfigurationError(
            "cannot take credentials from \(setting) of profile \(profile)",
            kind: .denied,
            hint: "eval \"$(aws configure export-credentials --profile \(profile) --format env)\""
        )
    }
}
