import SpotSupport

/// What a profile says about the role that it stands for.
struct RoleSettings {
    /// Whose credentials the role is assumed with.
    enum Source: Hashable {
        case profile(String)
        case environment
        case container
        case instance
    }

    let profile: String
    let arn: String
    let source: Source
    let sessionName: String?
    let externalID: String?
    /// In seconds; what is not a number counts as absent.
    let duration: Int?
    let mfaSerial: String?
    /// For messages: "role_arn of profile web in /home/me/.aws/config".
    let place: String

    /// Nil for a profile that names no role, or one that is assumed with a token from a file.
    init?(_ profile: SharedProfile) throws(AWSConfigurationError) {
        guard let arn = profile["role_arn"], profile["web_identity_token_file"] == nil else {
            return nil
        }
        self.arn = arn
        self.profile = profile.name
        place = profile.place(of: "role_arn")
        source = try Self.source(profile)
        sessionName = profile["role_session_name"]
        externalID = profile["external_id"]
        duration = profile["duration_seconds"].flatMap { Int($0) }
        mfaSerial = profile["mfa_serial"]
    }

    private static func source(_ profile: SharedProfile) throws(AWSConfigurationError) -> Source {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let name?, nil):
            return .profile(name)
        case (nil, let name?):
            guard let source = sources[name] else {
                throw .denied(
                    "cannot use \(profile.place(of: "credential_source")): "
                        + "there is no source called \(ShellQuoting.quote(name))",
                    hint: "there are " + sources.keys.sorted().joined(separator: ", ")
                )
            }
            return source
        case (nil, nil):
            throw .denied(
                "cannot use \(profile.place(of: "role_arn")): "
                    + "there is neither source_profile nor credential_source beside it"
            )
        case (_?, _?):
            throw .denied(
                "cannot use \(profile.place(of: "role_arn")): "
                    + "source_profile and credential_source exclude each other"
            )
        }
    }

    private static let sources: [String: Source] = [
        "Environment": .environment, "EcsContainer": .container, "Ec2InstanceMetadata": .instance,
    ]
}

extension SharedProfile {
    /// A key and where it stands: "role_arn of profile web in /home/me/.aws/config".
    func place(of key: String) -> String { "\(key) of \(self) in \(file(of: key))" }

    /// Keys of an identity stand here, whole or in part.
    var hasStaticKeys: Bool {
        self["aws_access_key_id"] != nil || self["aws_secret_access_key"] != nil
    }
}
