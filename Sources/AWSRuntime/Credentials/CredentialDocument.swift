import AWSSigning
import FoundationEssentials
import SpotSupport

/// Credentials as a JSON object, the form in which processes, containers and instances give them.
struct CredentialDocument: Codable {
    private enum CodingKeys: String, CodingKey {
        case version = "Version"
        case accessKeyID = "AccessKeyId"
        case secretAccessKey = "SecretAccessKey"
        case sessionToken = "SessionToken"
        case token = "Token"
        case expiration = "Expiration"
        case accountID = "AccountId"
    }

    /// Only processes say it.
    let version: Int?
    private let accessKeyID: String?
    private let secretAccessKey: String?
    private let sessionToken: String?
    /// What containers and instances call the session token.
    private let token: String?
    private let expiration: String?
    private let accountID: String?

    init(_ credentials: AWSCredentials) {
        version = 1
        accessKeyID = credentials.accessKeyID
        secretAccessKey = credentials.secretAccessKey
        sessionToken = credentials.sessionToken
        token = nil
        expiration = credentials.expiration.map { Timestamp.iso8601($0) }
        accountID = credentials.accountID
    }

    /// Nil where the bytes are not such an object; why is not told, for they may hold secrets.
    init?(reading bytes: [UInt8]) {
        guard !bytes.isEmpty, let document = try? JSONCodec.decode(Self.self, from: bytes) else {
            return nil
        }
        self = document
    }

    /// What is missing or cannot be read, without any value.
    struct Defect: Error {
        let description: String
    }

    /// - Parameter isTemporary: a session token and an expiration have to be there.
    func credentials(isTemporary: Bool) throws(Defect) -> AWSCredentials {
        AWSCredentials(
            accessKeyID: try Self.require(accessKeyID, "AccessKeyId"),
            secretAccessKey: try Self.require(secretAccessKey, "SecretAccessKey"),
            sessionToken: isTemporary
                ? try Self.require(sessionToken ?? token, "Token") : sessionToken ?? token,
            expiration: try moment(isRequired: isTemporary),
            accountID: accountID
        )
    }

    private func moment(isRequired: Bool) throws(Defect) -> Date? {
        guard let text = expiration, !text.isEmpty else {
            if isRequired { throw Defect(description: "Expiration is missing") }
            return nil
        }
        guard let moment = Timestamp.parse(text) else {
            throw Defect(description: "Expiration is not a date")
        }
        return moment
    }

    private static func require(_ value: String?, _ name: String) throws(Defect) -> String {
        guard let value, !value.isEmpty else { throw Defect(description: "\(name) is missing") }
        return value
    }
}
