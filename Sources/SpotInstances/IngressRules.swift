import AWSServices
package import SpotProfiles
import SpotSupport

/// The openings that a profile asks for, with the caller's address where it says `me`.
package enum IngressRules {
    /// The SSH port for the caller and no one else, then the profile's `firewall`.
    package static func wanted(
        by profile: LaunchProfile,
        caller: CallerAddress,
        description: String
    ) -> [IngressRule] {
        let ssh = IngressRule(
            ipProtocol: "tcp",
            ports: profile.sshPort.value...profile.sshPort.value,
            source: .cidr(caller.cidr),
            description: description
        )
        return [ssh]
            + profile.firewall.value.map { rule in
                let isCallers = rule.source == .me
                return IngressRule(
                    ipProtocol: rule.transport.rawValue,
                    ports: rule.ports ?? -1 ... -1,
                    source: source(of: rule, caller: caller),
                    description: isCallers ? description : IngressDescription.profile
                )
            }
    }

    /// The SSH port, and what `description` had opened before, for another address.
    static func moved(
        _ existing: [IngressRule],
        of description: String,
        to caller: CallerAddress,
        sshPort: Int
    ) -> [IngressRule] {
        let openings =
            [(ipProtocol: "tcp", ports: Optional(sshPort...sshPort))]
            + existing.filter { $0.description == description }.map { ($0.ipProtocol, $0.ports) }
        var rules: [IngressRule] = []
        for (ipProtocol, ports) in openings {
            let rule = IngressRule(
                ipProtocol: ipProtocol,
                ports: ports,
                source: .cidr(caller.cidr),
                description: description
            )
            if !rules.contains(rule) { rules.append(rule) }
        }
        return rules
    }

    private static func source(of rule: FirewallRule, caller: CallerAddress) -> IngressRule.Source {
        switch rule.source {
        case .me: .cidr(caller.cidr)
        case .range(let range, _): .cidr(range)
        case .group(let id): .group(SecurityGroupID(id))
        }
    }
}
