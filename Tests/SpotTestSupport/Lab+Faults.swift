import SpotSupport

extension Lab {
    /// Waits until a call to the region has run into what the lab was told to do to it.
    package func waitForFault(in region: String) async throws {
        let waiter = Waiter(
            for: "a call that meets the fault",
            limit: .seconds(60),
            backoff: Backoff(first: .milliseconds(50), ceiling: .milliseconds(200)),
            time: SystemTime()
        )
        _ = try await waiter.value { _ async throws -> Bool? in
            let faults = try JSONValue(decoding: try await command("fault", "list").output)
            let isHit = faults["rules"].list.contains {
                $0["region"].text == region && $0["hits"] != .number(0)
            }
            return isHit ? true : nil
        }
    }
}
