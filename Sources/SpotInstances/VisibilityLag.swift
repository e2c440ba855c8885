import AWSRuntime
import AWSServices
import SpotSupport

/// The time for which EC2 may not know what this launch has made.
struct VisibilityLag: Sendable {
    /// How long an instance profile that was made a moment ago may be unknown; a name that is wrong is
    /// told as late as that.
    private static let ofProfiles = Duration.seconds(20)

    private static let pauses = Backoff(first: .seconds(1), ceiling: .seconds(10))

    private let deadline: Deadline
    private let profileDeadline: Deadline
    private let time: any TimeSource
    private var attempts = 0

    init(_ time: any TimeSource) {
        self.time = time
        deadline = Deadline(in: Visibility.lag, of: time)
        profileDeadline = Deadline(in: Self.ofProfiles, of: time)
    }

    var hasPassed: Bool { deadline.hasPassed }

    /// Whether what the error misses may be there in a moment.
    func explains(_ error: AWSError, _ made: LaunchJournal.Entries) -> Bool {
        switch error.code {
        case .groupNotFound: made.group == .done && !hasPassed
        case .keyPairNotFound: made.keyPair == .done && !hasPassed
        case .invalidParameterValue:
            error.isUnknownInstanceProfile && !profileDeadline.hasPassed
        default: false
        }
    }

    /// Sleeps before the next try.
    mutating func pause() async throws {
        attempts += 1
        let pause = Self.pauses.pause(beforeAttempt: attempts)
        try await time.sleep(for: min(pause, deadline.remaining))
    }
}

extension AWSError {
    /// AWS has no code of its own for a profile that is new, nor for one that does not exist: its words
    /// are all there is (EC2 user guide, "IAM roles for Amazon EC2").
    fileprivate var isUnknownInstanceProfile: Bool {
        detail.contains("Invalid IAM Instance Profile name")
    }
}
