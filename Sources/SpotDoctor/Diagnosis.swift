package import SpotSupport

/// What one check came to.
package enum Verdict: Sendable {
    case ok(String)
    /// It works, but not as well as it could.
    case warning(String, remedy: String? = nil)
    /// Something that is asked of spot will fail; the kind is that of its failure.
    case problem(FailureKind, String, remedy: String? = nil)
    /// It could not be looked at, and why.
    case skipped(String)

    /// One word, for programs.
    package var word: String {
        switch self {
        case .ok: "ok"
        case .warning: "warning"
        case .problem: "problem"
        case .skipped: "skipped"
        }
    }

    /// What was found.
    package var finding: String {
        switch self {
        case .ok(let text), .warning(let text, _), .problem(_, let text, _), .skipped(let text):
            text
        }
    }

    /// What to do about it.
    package var remedy: String? {
        switch self {
        case .ok, .skipped: nil
        case .warning(_, let remedy), .problem(_, _, let remedy): remedy
        }
    }

    /// What a failed look amounts to.
    init(_ error: any Error) {
        let failure = error as? any Failure
        self = .problem(
            failure?.kind ?? .broken,
            failure?.message ?? "\(error)",
            remedy: failure?.hint
        )
    }
}

/// A check with its verdict, as it is shown.
package struct Diagnosis: Sendable, Encodable {
    /// In a word or two: `credentials`.
    package let check: String
    package let verdict: Verdict

    package init(_ check: String, _ verdict: Verdict) {
        self.check = check
        self.verdict = verdict
    }

    /// The kind of the failure that this problem will cause; nil where there is no problem.
    package var problem: FailureKind? {
        guard case .problem(let kind, _, _) = verdict else { return nil }
        return kind
    }

    private enum CodingKeys: CodingKey {
        case check
        case verdict
        case finding
        case remedy
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(check, forKey: .check)
        try container.encode(verdict.word, forKey: .verdict)
        try container.encode(verdict.finding, forKey: .finding)
        try container.encodeIfPresent(verdict.remedy, forKey: .remedy)
    }
}
