import AWSSigning
import FoundationEssentials
import HTTPTransport
import Logging
import SpotSupport
import SystemPackage

/// A profile with `login_session`: credentials that `aws login` left, renewed while the session lasts.
package struct LoginCredentials: CredentialProvider {
    private static let required = ["refreshToken", "dpopKey", "clientId"]
    /// With less than this left, credentials are renewed.
    private static let renewal: Duration = .seconds(300)

    private let context: CredentialContext
    private let profileName: String

    package init(_ context: CredentialContext, profile: String) {
        self.context = context
        profileName = profile
    }

    package var name: String { "the login session of profile \(profileName)" }

    package func resolve() async throws(AWSConfigurationError) -> CredentialAnswer {
        guard let profile = context.settings.files.profile(profileName),
            let session = profile["login_session"]
        else { return .notApplicable(reason: "profile \(profileName) has no login_session") }
        let place = profile.place(of: "login_session")
        let file = try read(session, place)
        if let kept = Self.credentials(in: file), let end = kept.expiration,
            end.timeIntervalSince(context.time.now) > Self.renewal.seconds
        {
            return .credentials(kept)
        }
        return .credentials(try await renewed(file, place))
    }

    private func read(
        _ session: String,
        _ place: String
    ) throws(AWSConfigurationError) -> TokenFile {
        let hash = MessageDigest.hexadecimal(MessageDigest.sha256(Array(session.utf8)))
        let path = context.settings.loginDirectory.appending("\(hash).json")
        let file: TokenFile?
        do throws(SystemCallError) {
            file = try TokenFile(reading: path)
        } catch {
            throw .denied("cannot use \(place): \(error.message)", cause: error)
        }
        guard let file, Self.required.allSatisfy({ file[$0] != nil }),
            Self.credentials(in: file) != nil
        else {
            throw .denied("cannot use \(place): there is no session in \(path)", hint: remedy)
        }
        return file
    }

    private func renewed(
        _ file: TokenFile,
        _ place: String
    ) async throws(AWSConfigurationError) -> AWSCredentials {
        let region = try context.requireRegion(of: .signIn, for: place)
        let operation = CreateOAuth2Token(
            clientID: file["clientId"] ?? "",
            refreshToken: file["refreshToken"] ?? "",
            proof: try proof(by: file, in: region, place)
        )
        let answer: CreateOAuth2Token.Output
        do throws(AWSError) {
            answer = try await context.client(in: region).send(operation)
        } catch {
            throw .denied(
                "cannot use \(place): \(error.message)",
                hint: error.kind == .denied || error.kind == .usage ? remedy : nil,
                cause: error
            )
        }
        return try save(answer, in: file, place)
    }

    private func proof(
        by file: TokenFile,
        in region: Region,
        _ place: String
    ) throws(AWSConfigurationError) -> String {
        guard let pem = file["dpopKey"], let key = ProofKeyHandle(pem: pem) else {
            throw .denied("cannot use \(place): the key in \(file.path) is damaged", hint: remedy)
        }
        var url = try context.endpoints.endpoint(of: .signIn, in: region).url
        url.path += url.path.hasSuffix("/") ? "v1/token" : "/v1/token"
        guard
            let proof = PossessionProof.make(
                for: "POST",
                url.description,
                by: key,
                at: context.time.now
            )
        else { throw .denied("cannot use \(place): the key in \(file.path) cannot sign") }
        return proof
    }

    private func save(
        _ answer: CreateOAuth2Token.Output,
        in file: TokenFile,
        _ place: String
    ) throws(AWSConfigurationError) -> AWSCredentials {
        var file = file
        let end = context.time.now.addingTimeInterval(answer.expiresIn)
        var token = file[object: "accessToken"] ?? [:]
        token["accessKeyId"] = .text(answer.accessToken.accessKeyId)
        token["secretAccessKey"] = .text(answer.accessToken.secretAccessKey)
        token["sessionToken"] = .text(answer.accessToken.sessionToken)
        token["expiresAt"] = .text(Timestamp.wholeSeconds(end))
        file[object: "accessToken"] = token
        file["refreshToken"] = answer.refreshToken
        do {
            try file.write()
        } catch {
            context.logger.debug("cannot keep the renewed session: \(error)")
        }
        guard let credentials = Self.credentials(in: file) else {
            throw .denied("cannot use \(place): what Sign-In answered is incomplete")
        }
        return credentials
    }

    private static func credentials(in file: TokenFile) -> AWSCredentials? {
        guard let token = file[object: "accessToken"], let key = token["accessKeyId"]?.text,
            let secret = token["secretAccessKey"]?.text,
            let session = token["sessionToken"]?.text,
            let end = token["expiresAt"]?.text.flatMap({ Timestamp.parse($0) })
        else { return nil }
        return AWSCredentials(
            accessKeyID: key,
            secretAccessKey: secret,
            sessionToken: session,
            expiration: end,
            accountID: token["accountId"]?.text
        )
    }

    private var remedy: String { "run 'aws login --profile \(profileName)'" }
}
