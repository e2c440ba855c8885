import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport

/// Looks at who we are, where, and at what time: without these AWS answers nothing else.
package struct IdentityChecks: Sendable {
    /// AWS refuses requests whose date is five minutes off.
    private static let mostLead = Duration.seconds(240)
    private static let noticeableLead = Duration.seconds(30)

    private let account: Account

    package init(_ account: Account) {
        self.account = account
    }

    /// The name of the check without which no other can be made.
    package static let credentials = "credentials"

    /// In the order in which a launch needs what they look at.
    package var checks: [Check] {
        [
            Check("region") { try await region() },
            Check(Self.credentials) { try await credentials() },
            Check("clock") { try await clock() },
        ]
    }

    private func region() async throws -> Verdict {
        let name = account.region.name
        let known: [RegionDescription]
        do throws(AWSError) {
            known = try await knownRegions()
        } catch {
            guard error.kind == .denied else { throw error }
            return .skipped("\(name); no permission to look (ec2:DescribeRegions)")
        }
        guard let found = known.first(where: { $0.name == name }) else {
            return .problem(
                .usage,
                "there is no region \(name)",
                remedy: "name another with --region, AWS_REGION or 'aws configure'"
            )
        }
        guard found.isEnabled else {
            return .problem(
                .denied,
                "the account has not enabled \(name)",
                remedy: "aws account enable-region --region-name \(name)"
            )
        }
        return .ok("\(name), enabled")
    }

    /// A region that is not enabled refuses as if the credentials were wrong; another one tells.
    private func knownRegions() async throws(AWSError) -> [RegionDescription] {
        let query = DescribeRegions(includesDisabled: true)
        do {
            return try await account.ec2.describeRegions(query)
        } catch {
            guard error.code == .authFailure || error.code == .noAnswer,
                let home = Self.home(of: account.region), home != account.region,
                let known = try? await account.ec2InRegion(home).describeRegions(query)
            else { throw error }
            return known
        }
    }

    /// A region of the same partition that every account has.
    private static func home(of region: Region) -> Region? {
        switch Partition(of: region).id {
        case "aws": Region("us-east-1")
        case "aws-cn": Region("cn-north-1")
        case "aws-us-gov": Region("us-gov-west-1")
        default: nil
        }
    }

    private func credentials() async throws -> Verdict {
        let identity = try await account.sts.getCallerIdentity()
        return .ok("account \(identity.account), \(identity.arn)")
    }

    private func clock() async throws -> Verdict {
        guard let lead = try await account.clock.lead() else {
            return .skipped("the server of AWS that was asked tells no time")
        }
        let size = lead < .zero ? .zero - lead : lead
        let way = lead < .zero ? "behind" : "ahead"
        let text = "this computer's clock is \(size.spoken) \(way)"
        let remedy = "sudo timedatectl set-ntp true"
        if size > Self.mostLead {
            return .problem(.denied, "\(text), and AWS refuses what is 5 min off", remedy: remedy)
        }
        if size > Self.noticeableLead { return .warning(text, remedy: remedy) }
        return .ok(size <= .seconds(2) ? "right" : text)
    }
}
