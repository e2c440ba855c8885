import AWSSigning
import FoundationEssentials
import HTTPTransport

/// Turns a token of Identity Center into credentials of a role.
struct GetRoleCredentials: RESTOperation {
    static var service: AWSService { .sso }
    static var method: String { "GET" }
    static var isSigned: Bool { false }

    let role: String
    let account: String
    let token: String

    var path: [String] { ["federation", "credentials"] }

    var query: [(name: String, value: String?)] {
        [("role_name", role), ("account_id", account)]
    }

    var headers: HTTPHeaders { ["x-amz-sso_bearer_token": token] }

    struct Output: Decodable {
        let roleCredentials: RoleCredentials
    }

    struct RoleCredentials: Decodable {
        let accessKeyId: String
        let secretAccessKey: String
        let sessionToken: String
        /// In milliseconds since 1970.
        let expiration: Double
    }
}

/// Renews a token of Identity Center with the refresh token that came beside it.
struct CreateToken: RESTOperation {
    static var service: AWSService { .ssoOIDC }
    static var method: String { "POST" }
    static var isSigned: Bool { false }

    let clientID: String
    let clientSecret: String
    let refreshToken: String

    /// A refresh token may be good for one use only.
    var effect: OperationEffect { .once }

    var path: [String] { ["token"] }

    var body: (any Encodable)? {
        [
            "clientId": clientID, "clientSecret": clientSecret, "grantType": "refresh_token",
            "refreshToken": refreshToken,
        ]
    }

    struct Output: Decodable {
        let accessToken: String
        /// In seconds.
        let expiresIn: Double
        let refreshToken: String?
    }
}
