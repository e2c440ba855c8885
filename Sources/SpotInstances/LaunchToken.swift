package import AWSServices
import AWSSigning
import SpotSupport

/// The client token that makes two launches of one machine the same launch.
///
/// EC2 remembers a token longer than it shows a terminated instance, so a name alone would bring back a
/// dead machine. The group's id differs between lives of a name, the generation between machines of one
/// life, and type and zone between pools, for which EC2 demands a new token.
package enum LaunchToken {
    /// 64 hexadecimal characters, the most that EC2 takes.
    package static func token(
        name: MachineName,
        group: SecurityGroupID,
        generation: Int,
        candidate: LaunchPlan.Candidate
    ) -> String {
        let parts = [
            name.text, group.rawValue, String(generation), candidate.instanceType.rawValue,
            candidate.zone.rawValue, candidate.market.rawValue,
        ]
        let digest = MessageDigest.sha256(Array(parts.joined(separator: "\n").utf8))
        return MessageDigest.hexadecimal(digest)
    }
}
