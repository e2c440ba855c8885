import AWSSigning
import SpotSupport
import SystemPackage

/// Keys that stand in a profile of one of the shared files.
package struct SharedFileCredentials: CredentialProvider {
    /// Which of the two files.
    package enum File: Sendable {
        case credentials
        case config
    }

    private let settings: AWSSettings
    private let profileName: String
    private let file: File

    package init(_ settings: AWSSettings, profile: String, file: File) {
        self.settings = settings
        profileName = profile
        self.file = file
    }

    package var name: String { "profile \(profileName) in \(path)" }

    package func resolve() throws(AWSConfigurationError) -> CredentialAnswer {
        guard let section, let key = section["aws_access_key_id"] else {
            return .notApplicable(
                reason: "profile \(profileName) has no keys in \(path)"
            )
        }
        guard let secret = section["aws_secret_access_key"] else {
            throw AWSConfigurationError(
                "\(name) has aws_access_key_id without aws_secret_access_key",
                kind: .denied
            )
        }
        return .credentials(
            AWSCredentials(
                accessKeyID: key,
                secretAccessKey: secret,
                sessionToken: section["aws_session_token"] ?? section["aws_security_token"],
                accountID: section["aws_account_id"]
            )
        )
    }

    private var path: FilePath {
        file == .credentials ? settings.files.credentialsPath : settings.files.configPath
    }

    /// The values of the profile in this file; empty ones count as absent.
    private var section: [String: String]? {
        let profile = settings.files.profile(profileName)
        let section = file == .credentials ? profile?.credentials : profile?.config
        return section?.values.filter { !$0.value.isEmpty }
    }
}
