package import AWSRuntime
import AWSServices
package import SpotSupport

/// A pool that had no machine for us.
package struct PoolRefusal: Sendable {
    package let candidate: LaunchPlan.Candidate
    package let error: AWSError

    package init(candidate: LaunchPlan.Candidate, error: AWSError) {
        self.candidate = candidate
        self.error = error
    }

    /// Other zones would not help, other families or markets may: quotas are counted for each.
    private static let quotaCodes: Set<AWSError.Code> = [
        .maxSpotInstanceCountExceeded, "VcpuLimitExceeded", "InstanceLimitExceeded",
    ]

    /// Whether the pool may say yes in a while; a type that it does not have will not come.
    var mayPass: Bool { error.code != .unsupported }

    /// What a person is told when every pool refused: each distinct reason once.
    package static func summary(of refusals: [PoolRefusal], name: MachineName) -> GeneralFailure {
        let reason = Reason(refusals)
        return GeneralFailure(
            .capacity,
            "cannot launch \(name): \(reason.text) (\(list(of: refusals)))",
            hint: reason.hint(quotaHint(refusals)),
            cause: refusals.last?.error
        )
    }

    /// The pools type by type, each with the zones that say the same.
    static func list(of refusals: [PoolRefusal]) -> String {
        var groups: [(type: InstanceType, code: AWSError.Code, zones: [String])] = []
        for refusal in refusals {
            let type = refusal.candidate.instanceType
            let code = refusal.error.code
            let zone = refusal.candidate.zone.rawValue
            if let index = groups.firstIndex(where: { $0.type == type && $0.code == code }) {
                if !groups[index].zones.contains(zone) { groups[index].zones.append(zone) }
            } else {
                groups.append((type, code, [zone]))
            }
        }
        return groups.map { "\($0.type) in \($0.zones.joined(separator: ", ")): \($0.code)" }
            .joined(separator: "; ")
    }

    /// How to have the quotas raised that stand in the way.
    private static func quotaHint(_ refusals: [PoolRefusal]) -> String {
        let quotas = refusals.filter { quotaCodes.contains($0.error.code) }.compactMap {
            VcpuQuota(
                counting: $0.candidate.instanceType,
                isSpot: $0.candidate.market == .spot
            )
        }
        guard let quota = quotas.first else {
            return
                "end other machines, or ask for more under 'Amazon EC2' in the console of Service "
                + "Quotas, where spot and on demand are counted apart, in vCPUs"
        }
        return "end other machines, or ask for more vCPUs of \(quota.families): "
            + "'aws service-quotas request-service-quota-increase --service-code ec2 --quota-code \(quota.code) "
            + "--desired-value 32'"
    }

    /// What the refusals have in common.
    private enum Reason {
        case price
        case quota
        case capacity
        case capacityOrQuota

        init(_ refusals: [PoolRefusal]) {
            let quotas = refusals.count { quotaCodes.contains($0.error.code) }
            if refusals.allSatisfy({ $0.error.code == "SpotMaxPriceTooLow" }) {
                self = .price
            } else if quotas == refusals.count {
                self = .quota
            } else {
                self = quotas == 0 ? .capacity : .capacityOrQuota
            }
        }

        var text: String {
            switch self {
            case .price: "every pool costs more than the limit"
            case .quota: "the account's quota is used up"
            case .capacity, .capacityOrQuota: "no pool has capacity"
            }
        }

        func hint(_ quotaHint: String) -> String {
            switch self {
            case .price:
                "raise --max-price or leave it out; 'spot price TYPE' shows what a type costs now"
            case .quota: quotaHint
            case .capacity: Self.capacityHint
            case .capacityOrQuota: "\(Self.capacityHint); \(quotaHint)"
            }
        }

        private static let capacityHint =
            "try other types with --instance-type, another --region, or --market on-demand"
    }
}

extension AWSError {
    /// Whether another type or zone may well say yes, so that no retry here is worth a second.
    ///
    /// AWS answers some of these with status 500; they are no transport errors.
    package var isAboutThisPoolOnly: Bool {
        Self.poolCodes.contains(code.rawValue)
    }

    private static let poolCodes: Set<String> = [
        "InsufficientInstanceCapacity", "InsufficientHostCapacity", "UnfulfillableCapacity",
        "SpotMaxPriceTooLow", "Unsupported", "InsufficientFreeAddressesInSubnet",
        "MaxSpotInstanceCountExceeded", "VcpuLimitExceeded", "InstanceLimitExceeded",
    ]
}
