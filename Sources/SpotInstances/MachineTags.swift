package import FoundationEssentials
import SpotSupport

/// The tags that make an AWS resource one of ours; the only truth about machines there is.
package struct MachineTags: Hashable, Sendable {
    package enum Key {
        package static let managed = "spot:managed"
        package static let name = "spot:name"
        package static let owner = "spot:owner"
        package static let generation = "spot:generation"
        package static let expires = "spot:expires"
        /// The login user of the image, so that any computer can connect.
        package static let user = "spot:user"
        package static let port = "spot:ssh-port"
        package static let profile = "spot:profile"
        /// The host key that the machine made at the first login, so that any computer can verify it.
        package static let hostKey = "spot:host-key"
        /// USD an hour when it was launched; the live price is one more request away.
        package static let price = "spot:price"
    }

    /// Marks what we made; its value never changes.
    package static let managedValue = "1"

    package var name: MachineName
    /// The ARN of whoever launched it.
    package var owner: String
    /// Counts the machines that bore this name; with the group's id it makes a launch unique.
    package var generation: Int
    package var expires: Date?
    package var user: String
    package var port: Int
    package var profile: String
    package var price: String?
    /// The profile's own tags.
    package var others: [String: String]

    package init(
        name: MachineName,
        owner: String,
        generation: Int,
        expires: Date? = nil,
        user: String,
        port: Int,
        profile: String,
        price: String? = nil,
        others: [String: String] = [:]
    ) {
        self.name = name
        self.owner = owner
        self.generation = generation
        self.expires = expires
        self.user = user
        self.port = port
        self.profile = profile
        self.price = price
        self.others = others
    }

    /// All of them, for the machine and for what is made together with it.
    package var all: [String: String] {
        var tags = Self.identifying(name, owner: owner, others: others)
        tags[Key.generation] = String(generation)
        tags[Key.expires] = expires.map { $0.formatted(.iso8601) }
        tags[Key.user] = user
        tags[Key.port] = String(port)
        tags[Key.profile] = profile
        tags[Key.price] = price
        return tags
    }

    /// Those of a resource that outlives one machine of the name: its key pair and security group.
    /// - Parameter others: The profile's own tags.
    package static func identifying(
        _ name: MachineName,
        owner: String,
        others: [String: String] = [:]
    ) -> [String: String] {
        let ours = [
            "Name": name.text, Key.managed: managedValue, Key.name: name.text, Key.owner: owner,
        ]
        return others.merging(ours) { _, ours in ours }
    }
}

extension [String: String] {
    /// Whether these are the tags of something that we made for this machine.
    package func marks(_ name: MachineName) -> Bool {
        self[MachineTags.Key.managed] != nil && self[MachineTags.Key.name] == name.text
    }
}
