internal import SpotSupport

/// Tells a quiet peer from a dead one.
///
/// Anything received is a sign of life. A peer that is quiet is asked for an answer, and only one that
/// owes us an answer for long enough is given up: time in which this process or this computer slept
/// counts against nobody. On a slow line our question may stand behind much data of ours; while that
/// data is being acknowledged the peer's machine is alive, and this counts too.
struct Liveness {
    /// What is to be done about the peer.
    enum Verdict {
        case wait
        case ask
        case giveUp
    }

    private let deadlines: SSHDeadlines
    private let time: any TimeSource
    private var received: UInt64 = 0
    private var lastSign: Duration
    private var lastLook: Duration
    /// Of the questions since the last sign of life.
    private var firstQuestion: Duration?
    private var lastQuestion: Duration

    init(deadlines: SSHDeadlines, time: any TimeSource) {
        self.deadlines = deadlines
        self.time = time
        lastSign = time.uptime
        lastLook = time.uptime
        lastQuestion = time.uptime
    }

    /// Until there is something to check.
    var pause: Duration {
        let question = max(lastSign, lastQuestion) + deadlines.quiet
        let end = firstQuestion.map { $0 + patience } ?? question
        return max(.zero, min(question, end) - time.uptime)
    }

    /// How long an answer may take.
    private var patience: Duration { max(.zero, deadlines.silence - deadlines.quiet) }

    /// Asks a quiet peer.
    /// - Throws: `SSHError`, `.connectionLost`, when the peer owes an answer for too long.
    mutating func check(_ connection: Connection) throws(SSHError) {
        let stream = connection.stream
        let isHeard = stream.receivedCount != received || !stream.canFill
        received = stream.receivedCount
        switch judge(isHeard: isHeard, acknowledged: stream.timeSinceAcknowledgement) {
        case .wait: break
        case .ask:
            connection.session.sendKeepAlive()
            stream.flush()
        case .giveUp:
            throw SSHError(
                .connectionLost,
                "the connection was lost: no sign of life for \(deadlines.silence.spoken)"
            )
        }
    }

    /// - Parameter acknowledged: The age of the last acknowledgement, while any is outstanding.
    mutating func judge(
        isHeard: Bool,
        acknowledged: @autoclosure () -> Duration?
    ) -> Verdict {
        let now = time.uptime
        // We always come back within the quiet time, unless we were stopped or asleep.
        let hasSlept = now - lastLook >= deadlines.quiet * 2
        lastLook = now
        if isHeard { hear(at: now) }
        guard now - lastSign >= deadlines.quiet else { return .wait }
        if let age = acknowledged(), now - age > lastSign { hear(at: now - age) }
        guard now - lastSign >= deadlines.quiet else { return .wait }
        if hasSlept { firstQuestion = nil }
        if let firstQuestion, now - firstQuestion >= patience { return .giveUp }
        guard firstQuestion == nil || now - lastQuestion >= deadlines.quiet else { return .wait }
        firstQuestion = firstQuestion ?? now
        lastQuestion = now
        return .ask
    }

    private mutating func hear(at moment: Duration) {
        lastSign = moment
        firstQuestion = nil
    }
}
