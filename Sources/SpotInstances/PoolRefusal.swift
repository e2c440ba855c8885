package import AWSRuntime
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

    /// What a person is told when every pool refused: each distinct reason once.
    package static func summary(of refusals: [PoolRefusal], name: MachineName) -> GeneralFailure {
        let pools = refusals.map { refusal in
            "\(refusal.candidate.instanceType) in \(refusal.candidate.zone): \(refusal.error.code.rawValue)"
        }
        let text = pools.joined(separator: "; ")
        let quotas = refusals.filter { quotaCodes.contains($0.error.code) }
        let isOnlyQuota = !quotas.isEmpty && quotas.count == refusals.count
        let others = "try other types with --instance-type, another --region, or --market on-demand"
        let more =
            "end other machines, or ask for more under 'Amazon EC2' in the console of Service Quotas, "
            + "where spot and on demand are counted apart, in vCPUs"
        return GeneralFailure(
            .capacity,
            isOnlyQuota
                ? "cannot launch \(name): the account's quota is used up (\(text))"
                : "cannot launch \(name): no pool has capacity (\(text))",
            hint: [isOnlyQuota ? nil : others, quotas.isEmpty ? nil : more]
                .compactMap(\.self).joined(separator: "; "),
            cause: refusals.last?.error
        )
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
