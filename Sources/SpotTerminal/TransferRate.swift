import SpotSupport

/// How fast bytes move, over the last few seconds and over all: a pure calculation.
struct TransferRate: Sendable {
    /// Long enough not to jump about, short enough to show a change.
    private static let window = Duration.seconds(5)
    private static let sampleInterval = Duration.milliseconds(250)

    private let began: Duration
    private var skipped: Int64 = 0
    private var moved: Int64 = 0
    private var samples: [(at: Duration, moved: Int64)]

    init(from began: Duration) {
        self.began = began
        samples = [(began, 0)]
    }

    mutating func note(total: Int64, at now: Duration) {
        moved = total - skipped
        if let last = samples.last, now - last.at < Self.sampleInterval { return }
        samples.append((now, moved))
        while samples.count > 2, now - samples[1].at >= Self.window { samples.removeFirst() }
    }

    mutating func skip(_ bytes: Int64) { skipped += bytes }

    /// Bytes a second since the oldest sample in the window; nil before there is anything to say.
    func recent(at now: Duration) -> Double? {
        guard let oldest = samples.last(where: { now - $0.at >= Self.window }) ?? samples.first
        else { return nil }
        return rate(moved - oldest.moved, over: now - oldest.at)
    }

    /// Bytes a second since the beginning.
    func overall(at now: Duration) -> Double? { rate(moved, over: now - began) }

    private func rate(_ bytes: Int64, over time: Duration) -> Double? {
        time.seconds > 0 ? Double(bytes) / time.seconds : nil
    }
}
