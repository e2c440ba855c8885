import HTTPTransport

/// Renews a session of `aws login`.
struct CreateOAuth2Token: RESTOperation {
    static var service: AWSService { .signIn }
    static var method: String { "POST" }
    static var isSigned: Bool { false }

    let clientID: String
    let refreshToken: String
    /// That the request comes from where the session was made.
    let proof: String

    /// A proof is good for one request.
    var effect: OperationEffect { .once }

    var path: [String] { ["v1", "token"] }

    var headers: HTTPHeaders { ["DPoP": proof] }

    var body: (any Encodable)? {
        ["clientId": clientID, "grantType": "refresh_token", "refreshToken": refreshToken]
    }

    struct Output: Decodable {
        let accessToken: AccessToken
        /// In seconds.
        let expiresIn: Double
        let refreshToken: String
    }

    struct AccessToken: Decodable {
        let accessKeyId: String
        let secretAccessKey: String
        let sessionToken: String
    }
}
