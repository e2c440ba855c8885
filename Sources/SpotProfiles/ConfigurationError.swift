package import SpotSupport

/// A profile, a settings file, an environment variable or a flag that cannot be used.
package struct ConfigurationError: Failure {
    package let kind: FailureKind
    package let message: String
    package let hint: String?
    /// Where the mistake is.
    package let origin: Origin?
    /// The field or setting that is wrong, if it is one.
    package let field: String?

    package init(
        _ kind: FailureKind = .usage,
        _ message: String,
        hint: String? = nil,
        origin: Origin? = nil,
        field: String? = nil
    ) {
        self.kind = kind
        self.message = message
        self.hint = hint
        self.origin = origin
        self.field = field
    }

    /// "cannot read web.yaml:4: disk_gib must be …", "cannot use --disk-gib: it must be …".
    init(at origin: Origin, field: String?, problem: String, hint: String? = nil) {
        let message =
            switch origin {
            case .file: "cannot read \(origin): " + (field.map { "\($0) " } ?? "") + problem
            case .environment, .flag, .builtIn: "cannot use \(origin): it \(problem)"
            }
        self.init(message, hint: hint, origin: origin, field: field)
    }

    private init(_ message: String, hint: String?, origin: Origin, field: String?) {
        self.init(.usage, message, hint: hint, origin: origin, field: field)
    }
}
