import AWSRuntime
import AWSServices
import SpotProfiles
import SpotSupport

/// Looks at how many vCPUs may run, on the spot market and on demand, which AWS counts apart.
package struct QuotaChecks: Sendable {
    private let account: Account

    package init(_ account: Account) {
        self.account = account
    }

    package var checks: [Check] {
        [
            Check("spot quota") { try await quota(isSpot: true) },
            Check("on-demand quota") { try await quota(isSpot: false) },
        ]
    }

    /// The families that AWS counts together.
    enum Family: CaseIterable {
        case standard
        case graphics
        case accelerated

        /// Families with more than one letter, such as inf or trn, have quotas of their own: nil.
        init?(_ type: InstanceType) {
            switch type.rawValue.prefix(while: \.isLetter) {
            case "a", "c", "d", "h", "i", "m", "r", "t", "z", "im", "is": self = .standard
            case "g", "gr", "vt": self = .graphics
            case "p": self = .accelerated
            default: return nil
            }
        }

        /// EC2 user guide, "On-Demand Instance limits" and "Spot Instance limits".
        func code(isSpot: Bool) -> String {
            switch self {
            case .standard: isSpot ? "L-34B43A08" : "L-1216C47A"
            case .graphics: isSpot ? "L-3819A6DF" : "L-DB2E81BA"
            case .accelerated: isSpot ? "L-7212CCBC" : "L-417A185B"
            }
        }

        var text: String {
            switch self {
            case .standard: "standard families"
            case .graphics: "families G and VT"
            case .accelerated: "family P"
            }
        }
    }

    private func quota(isSpot: Bool) async throws -> Verdict {
        guard let type = try await account.type() else {
            return .skipped("\(account.region) has none of the profile's types")
        }
        guard let family = Family(type.type) else {
            return .skipped("the quota of \(type.type) is not known to spot")
        }
        let code = family.code(isSpot: isSpot)
        let quota: ServiceQuota
        do {
            quota = try await account.quotas.getServiceQuota(GetServiceQuota(code: code))
        } catch {
            guard error.kind == .denied || error.kind == .notFound else { throw error }
            return .skipped("no permission to look (servicequotas:GetServiceQuota, \(code))")
        }
        let limit = Int(quota.value)
        let used = try? await usedVCPUs(of: family, isSpot: isSpot)
        let text =
            "\(limit) vCPUs of \(family.text) (\(code))" + (used.map { ", \($0) in use" } ?? "")
        guard limit - (used ?? 0) < type.vCPUs else { return .ok(text) }
        let shortage = "\(text); \(type.type) needs \(type.vCPUs)"
        let remedy = remedy(code, atLeast: max(limit, used ?? 0) + type.vCPUs)
        return isSpot || account.profile.market.value != .spot
            ? .problem(.capacity, shortage, remedy: remedy)
            : .warning(shortage, remedy: remedy)
    }

    private func remedy(_ code: String, atLeast value: Int) -> String {
        "aws service-quotas request-service-quota-increase --service-code ec2 --quota-code \(code) "
            + "--desired-value \(value) --region \(account.region)"
    }

    /// Of all machines of the account in this region, ours or not.
    private func usedVCPUs(of family: Family, isSpot: Bool) async throws -> Int {
        let instances = try await account.ec2.describeInstances(
            DescribeInstances(filters: [.state([.pending, .running])])
        )
        .filter { $0.isSpot == isSpot && Family($0.type) == family }
        guard !instances.isEmpty else { return 0 }
        let names = Set(instances.map(\.type.rawValue)).sorted()
        let types = try await account.ec2.describeInstanceTypes(
            DescribeInstanceTypes(filters: [Filter("instance-type", names)])
        )
        let sizes = Dictionary(types.map { ($0.type, $0.vCPUs) }) { first, _ in first }
        return instances.reduce(0) { $0 + (sizes[$1.type] ?? 0) }
    }
}
