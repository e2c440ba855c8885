import SpotSupport

/// What one call has been through so far.
struct CallHistory {
    let effect: OperationEffect
    /// Failed tries, the pauses between them included; clock and credentials are put right beside them.
    var attempts = 0
    /// What the last retry cost.
    var cost: Int?
    var hasCorrectedClock = false
    var hasRenewedCredentials = false
    private var mayHaveTakenEffect = false

    init(_ effect: OperationEffect) {
        self.effect = effect
    }

    mutating func note(_ error: AWSError) {
        mayHaveTakenEffect = mayHaveTakenEffect || error.mayHaveTakenEffect
    }

    /// The error that ends the call, in the light of the earlier ones: the last try may have reached
    /// nobody while the first one did its work.
    ///
    /// Lack of capacity is a definite word even then, for the same token would have brought back what the
    /// earlier try made.
    func judged(_ error: AWSError) -> AWSError {
        guard effect != .reads, error.kind != .capacity else { return error }
        var error = error
        error.isEffectUnknown = mayHaveTakenEffect || error.mayHaveTakenEffect
        return error
    }
}
