package import AWSRuntime

/// The calls of STS.
package protocol STSClient: Sendable {
    func getCallerIdentity() async throws(AWSError) -> CallerIdentity
}

/// STS itself, over the network.
package struct AWSSTSClient: STSClient {
    private let client: AWSClient

    package init(_ client: AWSClient) { self.client = client }

    package func getCallerIdentity() async throws(AWSError) -> CallerIdentity {
        try await client.send(GetCallerIdentity())
    }
}

/// Whose credentials these are.
package struct CallerIdentity: Sendable, Hashable {
    package let account: String
    package let arn: String
    package let userID: String

    package init(account: String, arn: String, userID: String) {
        self.account = account
        self.arn = arn
        self.userID = userID
    }
}

/// Asks whose credentials signed the request; every identity may.
package struct GetCallerIdentity: QueryOperation, Hashable {
    package static var service: AWSService { .sts }

    package init() {}

    package func encode(to fields: inout QueryEncoder) {}

    package static func result(in answer: XMLElement) throws(XMLError) -> CallerIdentity {
        CallerIdentity(
            account: try answer.require("Account"),
            arn: try answer.require("Arn"),
            userID: try answer.require("UserId")
        )
    }
}
