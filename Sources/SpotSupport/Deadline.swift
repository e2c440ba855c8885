/// The moment at which a wait gives up.
package struct Deadline: Sendable {
    package let limit: Duration
    private let end: Duration
    private let time: any TimeSource

    package init(in limit: Duration, of time: any TimeSource) {
        self.limit = limit
        self.time = time
        self.end = time.uptime + limit
    }

    /// Never negative.
    package var remaining: Duration { max(.zero, end - time.uptime) }

    package var hasPassed: Bool { remaining == .zero }
}
