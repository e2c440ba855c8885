package import AWSServices
import SpotSupport

/// One opening in a machine's security group.
package struct IngressRule: Hashable, Sendable {
    /// `tcp`, `udp`, `icmp`, or `-1` for everything.
    package let ipProtocol: String
    /// -1...-1 for every type of ICMP; nil where the protocol has no ports.
    package let ports: ClosedRange<Int>?
    package let source: Source
    /// Says who opened it; only rules with our own description are ever revoked.
    package let description: String

    /// Who may come in.
    package enum Source: Hashable, Sendable {
        case cidr(String)
        /// The members of another security group.
        case group(SecurityGroupID)
    }

    package init(
        ipProtocol: String,
        ports: ClosedRange<Int>?,
        source: Source,
        description: String
    ) {
        self.ipProtocol = ipProtocol
        self.ports = ports
        self.source = source
        self.description = description
    }

    /// The rules that one permission of EC2 stands for.
    package static func rules(of permission: IPPermission) -> [IngressRule] {
        let ranges = (permission.ipv4 + permission.ipv6).map { range in
            (Source.cidr(range.cidr), range.description ?? "")
        }
        let groups = permission.groups.map { (Source.group($0), "") }
        return (ranges + groups).map { source, description in
            IngressRule(
                ipProtocol: permission.protocol,
                ports: permission.ports,
                source: source,
                description: description
            )
        }
    }

    /// The rule as EC2 takes it.
    package var permission: IPPermission {
        switch source {
        case .group(let id):
            return IPPermission(protocol: ipProtocol, ports: ports, groups: [id])
        case .cidr(let cidr):
            let range = [IPPermission.Range(cidr, description: description)]
            return cidr.contains(":")
                ? IPPermission(protocol: ipProtocol, ports: ports, ipv6: range)
                : IPPermission(protocol: ipProtocol, ports: ports, ipv4: range)
        }
    }

    /// Whether AWS would call the two duplicates: a description makes no difference.
    fileprivate func opensTheSame(as other: IngressRule) -> Bool {
        ipProtocol == other.ipProtocol && ports == other.ports && source == other.source
    }
}

/// What must be opened and closed to bring a group to what is wanted.
package struct IngressPlan: Equatable, Sendable {
    package let toAuthorize: [IngressRule]
    package let toRevoke: [IngressRule]

    package var isEmpty: Bool { toAuthorize.isEmpty && toRevoke.isEmpty }

    /// - Parameters:
    ///   - wanted: What this caller needs.
    ///   - existing: What the group has.
    ///   - caller: The description that this caller's own rules bear; others' rules stay, since
    ///     another computer may be using the machine.
    package init(wanted: [IngressRule], existing: [IngressRule], caller: String) {
        toAuthorize = wanted.filter { rule in !existing.contains { $0.opensTheSame(as: rule) } }
        toRevoke = existing.filter { rule in
            rule.description == caller && !wanted.contains { $0.opensTheSame(as: rule) }
        }
    }
}

/// The descriptions that our rules bear.
package enum IngressDescription {
    /// EC2 takes at most 255 of these characters in a rule's description.
    private static let allowed = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789. _-:/()#,@[]+=&;{}!$*"
    )

    /// Marks the rules of one person on one computer, which follow that computer's address.
    package static func caller(user: String, host: String) -> String {
        let text = "spot: \(user)@\(host)".map { allowed.contains($0) ? $0 : "_" }
        return String(text.prefix(255))
    }

    /// Marks the rules with a fixed source that a profile asks for.
    package static let profile = "spot: profile"
}
