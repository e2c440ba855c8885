import AWSSigning
import SpotSupport
import SystemPackage

/// What a profile says about the account and role that IAM Identity Center opens.
struct SSOSettings {
    private static let own = ["sso_role_name", "sso_account_id"]
    private static let shared = ["sso_start_url", "sso_region"]

    let profile: String
    let role: String
    let account: String
    let startURL: String
    let region: Region
    /// The `[sso-session …]` section that the profile names; nil for the older form without one.
    let session: String?
    /// For messages: "sso_session of profile work in /home/me/.aws/config".
    let place: String

    /// Nil for a profile that has nothing to do with Identity Center.
    init?(_ profile: SharedProfile) throws(AWSConfigurationError) {
        guard Self.own.contains(where: { profile[$0] != nil }) else { return nil }
        self.profile = profile.name
        session = profile["sso_session"]
        let place = profile.place(of: session == nil ? "sso_start_url" : "sso_session")
        self.place = place
        let shared = try Self.sharedValues(profile, session, place)
        let missing =
            Self.own.filter { profile[$0] == nil } + Self.shared.filter { shared[$0] == nil }
        guard let role = profile["sso_role_name"], let account = profile["sso_account_id"],
            let startURL = shared["sso_start_url"], let regionName = shared["sso_region"]
        else {
            throw .denied(
                "cannot use SSO for \(profile) in \(profile.file(of: "sso_account_id")): "
                    + "\(missing.joined(separator: ", ")) is not set"
            )
        }
        guard let region = Region(regionName) else {
            throw .denied(
                "cannot use \(place): \(ShellQuoting.quote(regionName)) is no sso_region"
            )
        }
        self.role = role
        self.account = account
        self.startURL = startURL
        self.region = region
    }

    /// Where the AWS CLI keeps the token: named by the session, or by the address without one.
    func tokenPath(_ home: FilePath) -> FilePath {
        let hash = MessageDigest.hexadecimal(MessageDigest.sha1(Array((session ?? startURL).utf8)))
        return home.appending(".aws/sso/cache/\(hash).json")
    }

    /// Start address and region, which stand in the session or, without one, in the profile.
    private static func sharedValues(
        _ profile: SharedProfile,
        _ session: String?,
        _ place: String
    ) throws(AWSConfigurationError) -> [String: String] {
        guard let session else {
            return Self.shared.reduce(into: [:]) { $0[$1] = profile[$1] }
        }
        guard let section = profile.ssoSession(session) else {
            throw .denied("cannot use \(place): there is no [sso-session \(session)]")
        }
        for (key, value) in section.sorted(by: { $0.key < $1.key }) {
            if let other = profile[key], other != value {
                throw .denied(
                    "cannot use \(place): \(key) is another one there than in "
                        + "[sso-session \(session)]"
                )
            }
        }
        return section
    }
}
