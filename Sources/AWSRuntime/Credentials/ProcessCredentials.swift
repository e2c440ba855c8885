import AWSSigning
import SpotSupport

/// A profile with `credential_process`: a program that prints credentials.
package struct ProcessCredentials: CredentialProvider {
    private static let limit: Duration = .seconds(60)

    private let context: CredentialContext
    private let profileName: String

    package init(_ context: CredentialContext, profile: String) {
        self.context = context
        profileName = profile
    }

    package var name: String { "credential_process of profile \(profileName)" }

    package func resolve() async throws(AWSConfigurationError) -> CredentialAnswer {
        guard let profile = context.settings.files.profile(profileName),
            let line = profile["credential_process"]
        else { return .notApplicable(reason: "profile \(profileName) has no credential_process") }
        let place = profile.place(of: "credential_process")
        guard let words = CommandWords.split(line), let program = words.first else {
            throw .denied("cannot use \(place): a quotation in it is not closed")
        }
        let outcome = try await run(words, place)
        guard outcome.status == 0 else {
            let reason = ProgramTalk.lastLine(outcome.talk).map { ": \($0)" } ?? ""
            throw .denied(
                "cannot use \(place): \(program) ended with status \(outcome.status)\(reason)"
            )
        }
        guard let document = CredentialDocument(reading: outcome.output) else {
            throw .denied("cannot use \(place): \(program) did not print a JSON object")
        }
        guard document.version == 1 else {
            let version = document.version.map { "version \($0)" } ?? "no version"
            throw .denied(
                "cannot use \(place): \(program) printed \(version); only version 1 is known"
            )
        }
        do throws(CredentialDocument.Defect) {
            let credentials = try document.credentials(isTemporary: false)
            return .credentials(credentials.or(account: profile["aws_account_id"]))
        } catch {
            throw .denied("cannot use \(place): what \(program) printed: \(error.description)")
        }
    }

    private func run(
        _ words: [String],
        _ place: String
    ) async throws(AWSConfigurationError) -> CommandOutcome {
        do throws(CommandError) {
            return try await context.commands.run(
                words,
                environment: context.settings.environment,
                limit: Self.limit
            )
        } catch {
            throw .denied("cannot use \(place): \(error.message)", cause: error)
        }
    }
}

/// What a program said on its standard error, fit for a message.
enum ProgramTalk {
    private static let longest = 200
    private static let secretLength = 32

    /// The last line that is not empty; long words that look like keys are left out.
    static func lastLine(_ talk: [UInt8]) -> String? {
        let text = String(decoding: talk, as: UTF8.self)
        guard
            let line = text.split(whereSeparator: \.isNewline).last(where: { !$0.trimmed.isEmpty })
        else { return nil }
        return String(masked(line.trimmed).prefix(longest))
    }

    private static func masked(_ line: String) -> String {
        line.replacing(/[A-Za-z0-9+\/=_-]+/) { match in
            isSecret(match.output) ? "…" : match.output
        }
    }

    private static func isSecret(_ word: Substring) -> Bool {
        word.utf8.count >= secretLength && word.contains(where: \.isLowercase)
            && word.contains(where: \.isUppercase) && word.contains(where: \.isNumber)
    }
}

extension AWSCredentials {
    fileprivate func or(account: String?) -> AWSCredentials {
        AWSCredentials(
            accessKeyID: accessKeyID,
            secretAccessKey: secretAccessKey,
            sessionToken: sessionToken,
            expiration: expiration,
            accountID: accountID ?? account
        )
    }
}
