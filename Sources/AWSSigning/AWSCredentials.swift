package import struct FoundationEssentials.Date

/// What AWS hands out so that requests can be signed.
package struct AWSCredentials: Sendable, Hashable {
    package let accessKeyID: String
    package let secretAccessKey: String
    /// Present with temporary credentials; it has to be signed too.
    package let sessionToken: String?
    /// When the credentials stop working; nil for those that do not.
    package let expiration: Date?
    package let accountID: String?

    package init(
        accessKeyID: String,
        secretAccessKey: String,
        sessionToken: String? = nil,
        expiration: Date? = nil,
        accountID: String? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expiration = expiration
        self.accountID = accountID
    }
}

extension AWSCredentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The end of the key's id and nothing secret.
    package var description: String { "credentials …\(accessKeyID.suffix(4))" }

    package var debugDescription: String { description }

    /// Keeps `dump` and string interpolation of containers from showing the secret.
    package var customMirror: Mirror { Mirror(self, children: ["accessKeyID": description]) }
}
