package import AWSServices
import Synchronization

/// What one launch has made so far, so that it can be taken back if no machine comes of it.
package final class LaunchJournal: Sendable {
    /// Everything that outlives a launch that fails before a machine is there.
    package struct Entries: Sendable, Hashable {
        /// Noted before EC2 is asked: an answer may be lost after the effect.
        package var group = Effect.none
        package var keyPair = Effect.none
        package var hasMadeKey = false
        /// Whose first-boot key was kept for a machine to come.
        package var generation: Int?
        /// The key was not in use there before.
        package var keyPlace: KeyPlace?
        package var machine = Request.none
        /// A machine died as it started, and holds on to its group for a moment.
        package var hasDeadMachine = false
        /// Launch templates that are not deleted yet.
        package var templates: Set<LaunchTemplateName> = []

        package init() {}

        /// Whether there is nothing to take back.
        package var isUntouched: Bool { self == Entries() }
    }

    /// How far the request for a machine got.
    package enum Request: Sendable, Hashable {
        /// Not sent, or refused for certain.
        case none
        /// Sent, and no answer yet: a machine may come of it, which these filters find.
        case attempted(seenBy: [Filter])
        case accepted(InstanceID)
    }

    /// How far a creation at EC2 got.
    package enum Effect: Sendable, Hashable {
        case none
        /// Asked for, and no answer yet.
        case attempted
        case done
    }

    private let state = Mutex(Entries())

    package init() {}

    package var entries: Entries { state.withLock(\.self) }

    func note(_ change: (inout Entries) -> Void) {
        state.withLock { change(&$0) }
    }
}
