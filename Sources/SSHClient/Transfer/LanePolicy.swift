internal import SpotSupport

/// How many channels a transfer is worth.
///
/// A server takes in one window of bytes a round trip on each channel, whatever the line could carry.
/// More channels multiply it, but each costs a round trip to open, and they are opened one after the
/// other.
enum LanePolicy {
    /// A server gives ten channels (`MaxSessions` of `sshd_config(5)`), and other work wants some.
    static let most = 8
    /// OpenSSH's window for a channel.
    private static let window = Double(2 << 20)
    /// Below this one channel carries as much as this computer can encrypt.
    private static let shortestRoundTrip = Duration.milliseconds(5)
    /// As many small files as one lane takes at once without falling behind.
    private static let filesPerLane = 256

    /// - Parameters:
    ///   - files: Not there yet, and so many bytes in them.
    ///   - rate: Bytes a second over all lanes so far; nil where nothing was measured.
    static func lanes(
        files: Int,
        bytes: UInt64,
        roundTrip: Duration,
        rate: Double?
    ) -> Int {
        guard roundTrip >= shortestRoundTrip else { return 1 }
        // With n lanes the bytes take bytes / (window · n) round trips, and opening takes n.
        let forBytes = (Double(bytes) / window).squareRoot()
        let forFiles = Double(files / filesPerLane)
        let filled = rate.map { ($0 * roundTrip.seconds / window).rounded(.up) * 2 }
        let limit = min(Double(most), filled ?? Double(most))
        return max(1, Int(min(max(forBytes, forFiles), limit)))
    }
}
