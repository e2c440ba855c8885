import HTTPTransport
package import SpotSupport

/// A call of AWS that did not succeed.
package struct AWSError: Failure {
    /// An error code as AWS spells it; an open set.
    package struct Code: RawRepresentable, Sendable, Hashable, ExpressibleByStringLiteral,
        CustomStringConvertible
    {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        package init(stringLiteral value: String) { rawValue = value }

        package var description: String { rawValue }
    }

    package let code: Code
    /// What AWS, or whoever failed on the way to it, said.
    package let detail: String
    /// For messages: "EC2".
    package let service: String
    /// As AWS spells it: "RunInstances".
    package let operation: String
    /// The status of the answer; nil where none came.
    package let httpStatus: Int?
    package let requestID: String?
    package let cause: (any Error)?
    /// How long the server asks not to be asked again.
    package internal(set) var retryAfter: Duration?
    /// The call changes something, and one of its tries may have done so.
    package internal(set) var isEffectUnknown = false
    /// What to do, where more is known than the code tells.
    var advice: String?

    package init(
        _ code: Code,
        _ detail: String,
        service: String,
        operation: String,
        httpStatus: Int? = nil,
        requestID: String? = nil,
        cause: (any Error)? = nil
    ) {
        self.code = code
        self.detail = detail
        self.service = service
        self.operation = operation
        self.httpStatus = httpStatus
        self.requestID = requestID
        self.cause = cause
    }

    package var message: String {
        if isEffectUnknown, kind != .cancelled {
            return "cannot tell whether \(service) did \(operation): \(detail)\(shownCode)"
        }
        return switch code {
        case .noAnswer, .notSent, .foreignAnswer:
            "cannot ask \(service) for \(operation): \(detail)"
        case .unreadableAnswer, .brokenAnswer:
            "cannot read the answer of \(service) to \(operation): \(detail)"
        default: "\(service) refused \(operation): \(detail)\(shownCode)"
        }
    }

    private var shownCode: String { code.isOurs ? "" : " (\(code))" }

    package var kind: FailureKind {
        switch code {
        case .noAnswer, .notSent: (cause as? any Failure)?.kind ?? .broken
        default: code.kind
        }
    }

    package var hint: String? {
        if let advice { return advice }
        let hint =
            switch code {
            case .noAnswer, .notSent: (cause as? any Failure)?.hint
            default: code.hint
            }
        guard isEffectUnknown, kind != .cancelled else { return hint }
        return hint ?? "the same command again begins by looking at what is there"
    }
}

extension AWSError {
    /// AWS asks for fewer requests.
    package var isThrottling: Bool { Code.throttling.contains(code) || httpStatus == 429 }

    /// The same request may well succeed in a moment.
    ///
    /// Lack of capacity is not such a case, although EC2 answers it with status 500.
    package var isTransient: Bool {
        if code.kind == .capacity { return false }
        if isThrottling || Code.transient.contains(code) || code == .brokenAnswer { return true }
        guard code != .noAnswer else { return isLostConnection }
        return httpStatus.map { [500, 502, 503, 504].contains($0) } ?? false
    }

    /// AWS may have done what was asked although no success was reported.
    ///
    /// Lack of capacity means that it did not, although EC2 answers it with status 500.
    package var mayHaveTakenEffect: Bool {
        if isEffectUnknown { return true }
        return switch code {
        case .notSent: false
        case .noAnswer: (cause as? HTTPError)?.mayHaveReachedServer ?? true
        case .unreadableAnswer, .brokenAnswer, .foreignAnswer: true
        default: !isThrottling && code.kind != .capacity && (httpStatus ?? 500) >= 500
        }
    }

    /// Nobody answered within the time for it.
    var isTimeout: Bool { (cause as? HTTPError)?.reason == .timedOut }

    private var isLostConnection: Bool {
        switch (cause as? HTTPError)?.reason {
        case .unresolved, .unreachable, .timedOut, .lost: true
        case .untrusted, .unreadable, .cancelled, .malformed, nil: false
        }
    }
}
