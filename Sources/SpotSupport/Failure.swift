/// What kind of thing went wrong, as far as the person or script that called us is concerned.
///
/// The set is closed on purpose: one exhaustive switch in `SpotCommands` turns a kind into an exit
/// status, so a new kind cannot be forgotten there.
package enum FailureKind: Hashable, Sendable {
    /// A bad flag, value, profile or configuration file.
    case usage
    /// The named machine, file system, profile or file does not exist.
    case notFound
    /// What exists contradicts what was asked for; nothing was changed.
    case conflict
    /// Credentials are missing, wrong or not allowed to do this.
    case denied
    /// No capacity, price too low, or a quota is used up.
    case capacity
    /// AWS took the machine back.
    case interrupted
    /// A connection, a login or a host key failed.
    case transport
    /// Some of many failed.
    case partial
    /// A deadline passed.
    case timedOut
    /// The person or the calling program asked us to stop.
    case cancelled
    /// A remote command ended with this status, which is passed on to the letter.
    case remoteStatus(Int32)
    /// Anything else.
    case broken
}

/// A failure that can be shown to a person.
///
/// Each module throws one type that conforms. A message is a verb phrase, its subject and the cause, in
/// lower case without a full stop: "cannot mount fs-12ab on web: the mount target is still creating".
/// It names no types and holds no secrets.
package protocol Failure: Error, CustomStringConvertible {
    var kind: FailureKind { get }
    var message: String { get }
    /// What to do next, usually a command that would help.
    var hint: String? { get }
    /// The failure beneath this one, shown with `--verbose`.
    var cause: (any Error)? { get }
    /// The identifier under which AWS logged the request, shown with `--verbose`.
    var requestID: String? { get }
}

extension Failure {
    package var hint: String? { nil }
    package var cause: (any Error)? { nil }
    package var requestID: String? { cause.flatMap { ($0 as? any Failure)?.requestID } }
    package var description: String { message }
}

/// A failure of no module in particular: the general conformance for decisions above the modules.
package struct GeneralFailure: Failure {
    package let kind: FailureKind
    package let message: String
    package let hint: String?
    package let cause: (any Error)?

    package init(
        _ kind: FailureKind,
        _ message: String,
        hint: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.cause = cause
    }
}
