extension Lab {
    /// A call that the lab is to hold back.
    package struct Hold: Sendable {
        fileprivate let id: JSONValue
    }

    /// So many seconds a call is held, or waited for; a test that takes longer has failed.
    private static let patience: JSONValue = 250

    /// Has the lab hold one call to the region back: its answer, or the call itself before its effect.
    ///
    /// - Parameter occurrence: 1 for the first call of the action from now on.
    package func hold(
        _ action: String,
        occurrence: Int = 1,
        in region: String,
        beforeEffect: Bool = false
    ) async throws -> Hold {
        let order: JSONValue = [
            "action": .text(action), "region": .text(region), "before": .bool(beforeEffect),
            "skip": .number(Double(occurrence - 1)), "seconds": Self.patience,
        ]
        return Hold(id: try await ask("hold", order)["id"])
    }

    /// Waits for the call that is to be held.
    /// - Returns: False where the hold was released before such a call came.
    package func awaitCall(of hold: Hold) async throws -> Bool {
        try await ask("await", ["id": hold.id, "seconds": Self.patience])["state"] == "holding"
    }

    /// Lets the call go on, or the hold be.
    package func release(_ hold: Hold) async throws {
        _ = try await ask("release", ["id": hold.id])
    }
}
