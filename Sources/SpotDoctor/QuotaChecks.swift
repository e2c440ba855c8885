import AWSRuntime
import AWSServices
import SpotInstances
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

    private func quota(isSpot: Bool) async throws -> Verdict {
        guard let type = try await account.type() else {
            return .skipped("\(account.region) has none of the profile's types")
        }
        guard let counted = VcpuQuota(counting: type.type, isSpot: isSpot) else {
            return .skipped("the quota of \(type.type) is not known to spot")
        }
        let code = counted.code
        let quota: ServiceQuota
        do {
            quota = try await account.quotas.getServiceQuota(GetServiceQuota(code: code))
        } catch {
            guard error.kind == .denied || error.kind == .notFound else { throw error }
            return .skipped("no permission to look (servicequotas:GetServiceQuota, \(code))")
        }
        let limit = Int(quota.value)
        let used = try? await usedVCPUs(counted, isSpot: isSpot)
        let text =
            "\(limit) vCPUs of \(counted.families) (\(code))"
            + (used.map { ", \($0) in use" } ?? "")
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
    private func usedVCPUs(_ quota: VcpuQuota, isSpot: Bool) async throws -> Int {
        let instances = try await account.ec2.describeInstances(
            DescribeInstances(filters: [.state([.pending, .running])])
        )
        .filter { $0.isSpot == isSpot && VcpuQuota(counting: $0.type, isSpot: isSpot) == quota }
        guard !instances.isEmpty else { return 0 }
        let names = Set(instances.map(\.type.rawValue)).sorted()
        let types = try await account.ec2.describeInstanceTypes(
            DescribeInstanceTypes(filters: [Filter("instance-type", names)])
        )
        let sizes = Dictionary(types.map { ($0.type, $0.vCPUs) }) { first, _ in first }
        return instances.reduce(0) { $0 + (sizes[$1.type] ?? 0) }
    }
}
