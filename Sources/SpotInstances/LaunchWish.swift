import SSHKeys
package import SpotProfiles
import SpotSupport

/// What a person asks `launch` for.
package struct LaunchWish: Sendable {
    package let name: MachineName
    package let profile: LaunchProfile
    /// The user's own user data as it was read; empty for none.
    package let userData: [UInt8]
    /// How long pools without capacity are asked again; nil for not at all.
    package var capacityTimeout: Duration?

    package init(name: MachineName, profile: LaunchProfile, userData: [UInt8] = []) {
        self.name = name
        self.profile = profile
        self.userData = userData
    }

    /// What cloud-init is given.
    func document(hostKey: PrivateKey) throws(GeneralFailure) -> UserDataDocument {
        try UserDataDocument(hostKey: hostKey, lifetime: profile.ttl.value, user: userData)
    }
}
