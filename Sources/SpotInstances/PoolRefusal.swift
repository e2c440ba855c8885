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

    /// What a person is told when every pool refused: each distinct reason once.
    package static func summary(of refusals: [PoolRefusal], name: MachineName) -> GeneralFailure {
        let pools = refusals.map { refusal in
            "\(refusal.candidate.instanceType) in \(refusal.candidate.zone): \(refusal.error.code.rawValue)"
        }
        return GeneralFailure(
            .capacity,
            "cannot launch \(name): no pool has capacity (\(pools.joined(separator: "; ")))",
            hint: refusals.allSatisfy { $0.error.code == "SpotMaxPriceTooLow" }
                ? "raise --max-price or leave it out; 'spot price TYPE' shows what a type costs now"
                : "try other types with --instance-type, another --region, or --market on-demand",
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
        "MaxSpotInstanceCountExceeded",
    ]
}
