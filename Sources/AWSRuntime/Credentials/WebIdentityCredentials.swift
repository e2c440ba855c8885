import AWSSigning
import SpotSupport

/// A role that is assumed with a token in a file, as Kubernetes and pipelines provide one.
///
/// The file is read again each time, for its owner replaces it.
package struct WebIdentityCredentials: CredentialProvider {
    private static let variables = [
        "web_identity_token_file": "AWS_WEB_IDENTITY_TOKEN_FILE",
        "role_arn": "AWS_ROLE_ARN",
        "role_session_name": "AWS_ROLE_SESSION_NAME",
    ]

    private let context: CredentialContext
    private let profileName: String
    private let asksVariables: Bool

    /// - Parameter asksVariables: the environment is asked before the profile.
    package init(_ context: CredentialContext, profile: String, asksVariables: Bool) {
        self.context = context
        profileName = profile
        self.asksVariables = asksVariables
    }

    package var name: String { "the web identity of profile \(profileName)" }

    package func resolve() async throws(AWSConfigurationError) -> CredentialAnswer {
        guard let file = value("web_identity_token_file") else {
            return .notApplicable(reason: "no web_identity_token_file is set")
        }
        guard let role = value("role_arn") else {
            throw .denied(
                "cannot use \(file.origin): no role_arn says which role to assume",
                hint: "set role_arn in the profile, or AWS_ROLE_ARN"
            )
        }
        let region = try context.requireRegion(of: .sts, for: file.origin)
        let operation = AssumeRoleWithWebIdentity(
            role: role.value,
            sessionName: value("role_session_name")?.value
                ?? AssumedRoleCredentials.sessionName(at: context.time),
            token: try context.text(ofFile: file.value, namedBy: file.origin).trimmed
        )
        do throws(AWSError) {
            return .credentials(try await context.client(in: region).send(operation))
        } catch {
            throw .denied("cannot use \(file.origin): \(error.message)", cause: error)
        }
    }

    private func value(_ key: String) -> Sourced<String>? {
        if asksVariables, let variable = Self.variables[key],
            let text = context.settings.variable(variable)
        {
            return Sourced(text, from: variable)
        }
        guard let profile = context.settings.files.profile(profileName), let text = profile[key]
        else { return nil }
        return Sourced(text, from: profile.place(of: key))
    }
}
