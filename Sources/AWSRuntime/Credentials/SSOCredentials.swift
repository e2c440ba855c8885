import AWSSigning
import FoundationEssentials
import Logging
import SpotSupport
import SystemPackage

/// A profile with `sso_account_id` and `sso_role_name`: credentials from IAM Identity Center for a
/// token that `aws sso login` left.
package struct SSOCredentials: CredentialProvider {
    /// With less than this left, a token is renewed if it can be.
    private static let renewal: Duration = .seconds(900)

    private let context: CredentialContext
    private let profileName: String

    package init(_ context: CredentialContext, profile: String) {
        self.context = context
        profileName = profile
    }

    package var name: String { "the SSO session of profile \(profileName)" }

    package func resolve() async throws(AWSConfigurationError) -> CredentialAnswer {
        guard let profile = context.settings.files.profile(profileName),
            let settings = try SSOSettings(profile)
        else { return .notApplicable(reason: "profile \(profileName) has no sso_account_id") }
        let operation = GetRoleCredentials(
            role: settings.role,
            account: settings.account,
            token: try await token(settings)
        )
        do throws(AWSError) {
            let answer = try await context.client(in: settings.region).send(operation)
            let found = answer.roleCredentials
            return .credentials(
                AWSCredentials(
                    accessKeyID: found.accessKeyId,
                    secretAccessKey: found.secretAccessKey,
                    sessionToken: found.sessionToken,
                    expiration: Date(timeIntervalSince1970: found.expiration / 1000),
                    accountID: settings.account
                )
            )
        } catch {
            throw .denied(
                "cannot use \(settings.place): \(error.message)",
                hint: error.httpStatus == 401 ? settings.remedy : nil,
                cause: error
            )
        }
    }

    private func token(_ settings: SSOSettings) async throws(AWSConfigurationError) -> String {
        var file = try read(settings)
        if settings.session != nil, left(of: file) < Self.renewal.seconds {
            file = await renewed(file, settings)
        }
        guard let token = file["accessToken"], left(of: file) > 0 else {
            throw .denied(
                "cannot use \(settings.place): its token has expired",
                hint: settings.remedy
            )
        }
        return token
    }

    private func read(_ settings: SSOSettings) throws(AWSConfigurationError) -> TokenFile {
        let path = settings.tokenPath(context.settings.homeDirectory)
        let file: TokenFile?
        do throws(SystemCallError) {
            file = try TokenFile(reading: path)
        } catch {
            throw .denied("cannot use \(settings.place): \(error.message)", cause: error)
        }
        guard let file, file["accessToken"] != nil, file.moment("expiresAt") != nil else {
            throw .denied(
                "cannot use \(settings.place): there is no token in \(path)",
                hint: settings.remedy
            )
        }
        return file
    }

    /// The token after an attempt to renew it; the same one where that was not possible.
    private func renewed(_ file: TokenFile, _ settings: SSOSettings) async -> TokenFile {
        guard let client = file["clientId"], let secret = file["clientSecret"],
            let refresh = file["refreshToken"], let end = file.moment("registrationExpiresAt"),
            end > context.time.now
        else { return file }
        let operation = CreateToken(clientID: client, clientSecret: secret, refreshToken: refresh)
        do throws(AWSError) {
            let answer = try await context.client(in: settings.region).send(operation)
            return save(answer, in: file, settings)
        } catch {
            context.logger.debug("\(error.message)")
            // Another process may have been quicker with the same refresh token.
            return (try? read(settings)) ?? file
        }
    }

    private func save(
        _ answer: CreateToken.Output,
        in file: TokenFile,
        _ settings: SSOSettings
    ) -> TokenFile {
        var file = file
        let end = context.time.now.addingTimeInterval(answer.expiresIn.rounded(.down))
        file["startUrl"] = settings.startURL
        file["region"] = settings.region.name
        file["accessToken"] = answer.accessToken
        file["expiresAt"] = Timestamp.wholeSeconds(end)
        file["refreshToken"] = answer.refreshToken
        do {
            try file.write()
        } catch {
            context.logger.debug("cannot keep the renewed token: \(error)")
        }
        return file
    }

    private func left(of file: TokenFile) -> Double {
        file.moment("expiresAt")?.timeIntervalSince(context.time.now) ?? 0
    }
}

extension SSOSettings {
    fileprivate var remedy: String { "run 'aws sso login --profile \(profile)'" }
}
