/// Everything `spot launch` needs to know about a machine, each value with its origin.
///
/// A value whose origin is `.builtIn` was given by nobody.
package struct LaunchProfile: Sendable {
    package let name: String
    /// One line for `spot profile list`.
    package var summary = Sourced<String?>(nil)
    /// The profiles this one stands on, nearest first.
    package internal(set) var bases: [String] = []

    /// The first is preferred; never empty in a profile of the catalogue.
    package var instanceTypes = Sourced<[String]>([])
    package var image = Sourced(ImageReference.distribution(.al2023))
    /// Nil: the image's own, see `loginUser`.
    package var username = Sourced<String?>(nil)
    package var region = Sourced<String?>(nil)
    /// Empty: any zone of the region.
    package var zones = Sourced<[String]>([])
    /// Nil: the on-demand price, which is AWS's own limit.
    package var maxPrice = Sourced<HourlyPrice?>(nil)
    package var market = Sourced(Market.spot)
    /// Nil: the image's own size.
    package var diskGiB = Sourced<Int?>(nil)
    package var firewall = Sourced<[FirewallRule]>([])
    package var subnet = Sourced<String?>(nil)
    /// Nil: one is made for the machine and removed with it.
    package var securityGroup = Sourced<String?>(nil)
    /// A private key file of the person's own; nil: one is made for the machine and removed with it.
    package var key = Sourced<String?>(nil)
    package var instanceProfile = Sourced<String?>(nil)
    /// Detailed CloudWatch monitoring.
    package var monitoring = Sourced(false)
    package var filesystem = Sourced<FileSystemMount?>(nil)
    /// Local files, run in this order once the machine is ready.
    package var scripts = Sourced<[String]>([])
    package var userData = Sourced<UserData?>(nil)
    package var tags = Sourced<[String: String]>([:])
    /// How long the machine may live.
    package var ttl = Sourced<Duration?>(nil)
    /// How long it may idle.
    package var idle = Sourced<Duration?>(nil)
    package var sshPort = Sourced(22)

    init(name: String) {
        self.name = name
    }

    /// The user to log in as: the profile's, else the image's; nil where neither says.
    package var loginUser: String? { username.value ?? image.value.loginUser }

    /// The fields in the order of the reference, for `spot profile show`.
    package var entries: [ConfigurationEntry] { ProfileField.all.map { $0.entry(self) } }

    /// A copy in which the flag says what `field` (as in a profile's file) is.
    ///
    /// A repeated flag gives several `texts`; only list fields take more than one. Throws a usage
    /// failure that names the flag, for a text that is not the field's form.
    package func overriding(
        _ field: String,
        with texts: [String],
        flag: String
    ) throws(ConfigurationError) -> LaunchProfile {
        let origin = Origin.flag(flag)
        guard let known = ProfileField.named(field) else {
            throw ConfigurationError(at: origin, field: field, problem: "is no field of a profile")
        }
        var copy = self
        let node = ConfigurationNode(texts: texts, isList: known.isList)
        try known.read(node, ReadingContext(origin: origin), &copy)
        return copy
    }

    /// A copy in which everything given here stands over everything given by `base`.
    func over(_ base: LaunchProfile) -> LaunchProfile {
        var result = self
        for field in ProfileField.all { field.inherit(&result, base) }
        result.bases = bases + [base.name] + base.bases
        return result
    }
}

/// A field or setting as it is shown: its name, its value, where that comes from.
package struct ConfigurationEntry: Hashable, Sendable {
    package enum Shown: Hashable, Sendable {
        case nothing
        case one(String)
        case many([String])
    }

    package let name: String
    package let value: Shown
    package let origin: Origin
    /// What the field or setting means, in a few words.
    package let summary: String

    /// The value on one line; empty where there is none.
    package var text: String {
        switch value {
        case .nothing: ""
        case .one(let text): text
        case .many(let texts): texts.joined(separator: ", ")
        }
    }
}

extension ConfigurationEntry: Encodable {
    private enum CodingKeys: CodingKey {
        case name
        case value
        case origin
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(origin.description, forKey: .origin)
        switch value {
        case .nothing: try container.encodeNil(forKey: .value)
        case .one(let text): try container.encode(text, forKey: .value)
        case .many(let texts): try container.encode(texts, forKey: .value)
        }
    }
}
