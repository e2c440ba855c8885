internal import SpotSupport

/// What a transfer learns about the line: the round trip from the first channel's opening, and the
/// highest rate that was ever reached.
struct TransferPace {
    private static let shortestInterval = Duration.milliseconds(50)

    private(set) var roundTrip: Duration?
    /// Bytes a second.
    private(set) var rate: Double?
    private let time: any TimeSource
    private let start: Duration
    private var mark: (moment: Duration, bytes: UInt64)?

    init(time: any TimeSource) {
        self.time = time
        start = time.uptime
    }

    /// The peer has agreed to the first channel, which takes it no time of its own.
    mutating func didOpen() {
        if roundTrip == nil { roundTrip = time.uptime - start }
    }

    /// So many bytes have arrived in all.
    mutating func note(_ bytes: UInt64) {
        let now = time.uptime
        guard let mark else {
            if bytes > 0 { mark = (now, bytes) }
            return
        }
        let interval = now - mark.moment
        guard interval >= max(Self.shortestInterval, roundTrip ?? .zero) else { return }
        rate = max(rate ?? 0, Double(bytes - min(bytes, mark.bytes)) / interval.seconds)
        self.mark = (now, bytes)
    }
}
