package import AWSRuntime
package import AWSServices
package import FoundationEssentials
package import SSHKeys
import SpotSupport

/// A named spot instance: the instance and what its tags say.
package struct Machine: Hashable, Sendable {
    package let name: String
    package let region: Region
    package let instance: Instance
    /// USD an hour when it was launched, to the letter; nil on demand.
    package var launchPrice: String?

    package init(instance: Instance, region: Region) {
        self.instance = instance
        self.region = region
        launchPrice = instance.tags[MachineTags.Key.price]
        name = instance.tags[MachineTags.Key.name] ?? instance.tags["Name"] ?? instance.id.rawValue
    }

    package var id: InstanceID { instance.id }
    package var state: InstanceState { instance.state }

    /// Whether it carries our tag: nothing else is ever terminated by name.
    package var isManaged: Bool { instance.tags[MachineTags.Key.managed] != nil }

    package var owner: String? { instance.tags[MachineTags.Key.owner] }
    package var generation: Int { instance.tags[MachineTags.Key.generation].flatMap(Int.init) ?? 0 }
    package var user: String? { instance.tags[MachineTags.Key.user] }
    package var port: Int? { instance.tags[MachineTags.Key.port].flatMap(Int.init) }
    package var profile: String? { instance.tags[MachineTags.Key.profile] }

    /// The key it made at the first login; nil before that.
    package var hostKey: PublicKey? {
        instance.tags[MachineTags.Key.hostKey].flatMap { try? PublicKey(line: $0) }
    }

    package var expires: Date? {
        instance.tags[MachineTags.Key.expires].flatMap { try? Date($0, strategy: .iso8601) }
    }

    package var isSpot: Bool { instance.isSpot }

    /// The address that is used to reach it: public IPv4, else IPv6; nil while it has none.
    package var address: String? { instance.publicAddress ?? instance.ipv6Address }

    /// Whether AWS, and not a person or the machine itself, ended it.
    package var wasInterrupted: Bool {
        guard let code = instance.stateReason?.code else { return false }
        return code == "Server.SpotInstanceTermination" || code == "Server.SpotInstanceShutdown"
    }
}
