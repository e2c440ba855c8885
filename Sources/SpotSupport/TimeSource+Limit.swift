extension TimeSource {
    /// The work and the clock race; the loser is cancelled.
    /// - Parameter subject: What is awaited, as it reads after "waiting for".
    /// - Throws: `WaitTimedOut` when the clock wins, else what `body` throws.
    package func limited<Value: Sendable>(
        _ subject: String,
        _ limit: Duration,
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        try await withThrowingTaskGroup(of: Value.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await self.sleep(for: limit)
                throw WaitTimedOut(subject: subject, limit: limit)
            }
            defer { group.cancelAll() }
            guard let value = try await group.next() else { throw CancellationError() }
            return value
        }
    }
}
