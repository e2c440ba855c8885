import AWSSigning
import SpotSupport

/// Turns credentials into those of a role.
struct AssumeRole: QueryOperation {
    static var service: AWSService { .sts }

    let role: String
    let sessionName: String
    var duration: Int?
    var externalID: String?
    var serialNumber: String?
    var code: String?

    /// A code works once, so its request is not repeated.
    var effect: OperationEffect { code == nil ? .reads : .once }

    func encode(to fields: inout QueryEncoder) {
        fields["RoleArn"] = role
        fields["RoleSessionName"] = sessionName
        fields["DurationSeconds"] = duration
        fields["ExternalId"] = externalID
        fields["SerialNumber"] = serialNumber
        fields["TokenCode"] = code
    }

    static func result(in answer: XMLElement) throws(XMLError) -> AWSCredentials {
        try answer.roleCredentials()
    }
}

/// Turns the token of another identity provider into credentials of a role.
struct AssumeRoleWithWebIdentity: QueryOperation {
    static var service: AWSService { .sts }
    static var isSigned: Bool { false }

    let role: String
    let sessionName: String
    let token: String

    func encode(to fields: inout QueryEncoder) {
        fields["RoleArn"] = role
        fields["RoleSessionName"] = sessionName
        fields["WebIdentityToken"] = token
    }

    static func result(in answer: XMLElement) throws(XMLError) -> AWSCredentials {
        try answer.roleCredentials()
    }
}

extension XMLElement {
    /// The credentials in an answer of STS, with the account that the role's ARN names.
    fileprivate func roleCredentials() throws(XMLError) -> AWSCredentials {
        guard let credentials = self["Credentials"] else {
            throw XMLError.missing("\(name)/Credentials")
        }
        let arn = self["AssumedRoleUser"]?.text("Arn")?.split(
            separator: ":",
            omittingEmptySubsequences: false
        )
        return AWSCredentials(
            accessKeyID: try credentials.require("AccessKeyId"),
            secretAccessKey: try credentials.require("SecretAccessKey"),
            sessionToken: try credentials.require("SessionToken"),
            expiration: try credentials.requireDate("Expiration"),
            accountID: arn.flatMap { $0.count > 4 ? String($0[4]) : nil }
        )
    }
}
