package import AWSServices
import AWSSigning
import SpotSupport

/// The client token that makes two launches of one machine the same launch.
///
/// EC2 remembers a token longer than it shows a terminated instance, so a name alone would bring back a
/// dead machine. The group's id differs between lives of a name, the generation between machines of one
/// life, and type and zone between pools, for which EC2 demands a new token.
package enum LaunchToken {
    /// For one pool: 64 hexadecimal characters, the most that EC2 takes.
    package static func token(
        name: MachineName,
        group: SecurityGroupID,
        generation: Int,
        candidate: LaunchPlan.Candidate
    ) -> String {
        token([
            name.text, group.rawValue, String(generation), candidate.instanceType.rawValue,
            candidate.zone.rawValue, candidate.market.rawValue,
        ])
    }

    /// For a fleet that asks all pools at once.
    ///
    /// - Parameter nonce: For a request after one that was answered: EC2 repeats an answer without a
    ///   machine to the same token for ever.
    package static func fleet(
        name: MachineName,
        group: SecurityGroupID,
        generation: Int,
        nonce: String?
    ) -> String {
        token([name.text, group.rawValue, String(generation), "fleet", nonce ?? ""])
    }

    private static func token(_ parts: [String]) -> String {
        let digest = MessageDigest.sha256(Array(parts.joined(separator: "\n").utf8))
        return MessageDigest.hexadecimal(digest)
    }
}
