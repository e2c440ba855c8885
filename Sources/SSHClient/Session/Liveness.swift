internal import SpotSupport

/// Tells a quiet peer from a dead one.
///
/// Anything received is a sign of life. A peer that is quiet is asked for an answer. On a slow line our
/// question may stand behind much data of ours; while that data is being acknowledged the peer's
/// machine is alive, and this counts too.
struct Liveness {
    private let deadlines: SSHDeadlines
    private let time: any TimeSource
    private var received: UInt64 = 0
    private var lastSign: Duration
    private var lastQuestion: Duration

    init(deadlines: SSHDeadlines, time: any TimeSource) {
        self.deadlines = deadlines
        self.time = time
        lastSign = time.uptime
        lastQuestion = time.uptime
    }

    /// Until there is something to check.
    var pause: Duration {
        let question = max(lastSign, lastQuestion) + deadlines.quiet
        return max(.zero, min(question, lastSign + deadlines.silence) - time.uptime)
    }

    /// Asks a quiet peer.
    /// - Throws: `SSHError`, `.timedOut`, when the peer has been silent too long.
    mutating func check(_ connection: Connection) throws(SSHError) {
        let now = time.uptime
        let stream = connection.stream
        if stream.receivedCount != received || !stream.canFill {
            received = stream.receivedCount
            lastSign = now
        }
        guard now - lastSign >= deadlines.quiet else { return }
        if let age = stream.timeSinceAcknowledgement { lastSign = max(lastSign, now - age) }
        if now - lastSign >= deadlines.silence {
            throw SSHError(
                .timedOut,
                "the connection was lost: no sign of life for \(deadlines.silence.spoken)"
            )
        }
        if now - max(lastSign, lastQuestion) >= deadlines.quiet {
            lastQuestion = now
            connection.session.sendKeepAlive()
            stream.flush()
        }
    }
}
