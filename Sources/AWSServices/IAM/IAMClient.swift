package import AWSRuntime

extension AWSService {
    /// Identity and Access Management, one host for a partition.
    package static let iam = AWSService(
        name: "IAM",
        configurationKey: "iam",
        endpointPrefix: "iam",
        apiVersion: "2010-05-08",
        wireProtocol: .query,
        hosts: HostRule(globalHosts: [
            "aws": .init(
                "iam.amazonaws.com",
                dualStack: "iam.global.api.aws",
                fips: "iam-fips.amazonaws.com",
                fipsDualStack: "iam-fips.global.api.aws",
                region: "us-east-1"
            ),
            "aws-cn": .init("iam.cn-north-1.amazonaws.com.cn", region: "cn-north-1"),
            "aws-us-gov": .init(
                "iam.us-gov.amazonaws.com",
                dualStack: "iam.us-gov.api.aws",
                fips: "iam.us-gov.amazonaws.com",
                fipsDualStack: "iam.us-gov.api.aws",
                region: "us-gov-west-1"
            ),
            "aws-eusc": .init("iam.eusc-de-east-1.amazonaws.eu", region: "eusc-de-east-1"),
            "aws-iso": .init("iam.us-iso-east-1.c2s.ic.gov", region: "us-iso-east-1"),
            "aws-iso-b": .init("iam.us-isob-east-1.sc2s.sgov.gov", region: "us-isob-east-1"),
            "aws-iso-e": .init("iam.eu-isoe-west-1.cloud.adc-e.uk", region: "eu-isoe-west-1"),
            "aws-iso-f": .init("iam.us-isof-south-1.csp.hci.ic.gov", region: "us-isof-south-1"),
        ])
    )
}

/// The calls of IAM.
package protocol IAMClient: Sendable {
    func getInstanceProfile(_ name: String) async throws(AWSError) -> InstanceProfile
    func createServiceLinkedRole(for serviceName: String) async throws(AWSError)
    func getRole(_ name: String) async throws(AWSError) -> Role
}

/// IAM itself, over the network.
package struct AWSIAMClient: IAMClient {
    private let client: AWSClient

    package init(_ client: AWSClient) { self.client = client }

    package func getInstanceProfile(_ name: String) async throws(AWSError) -> InstanceProfile {
        try await client.send(GetInstanceProfile(name))
    }

    package func createServiceLinkedRole(for serviceName: String) async throws(AWSError) {
        _ = try await client.send(CreateServiceLinkedRole(for: serviceName))
    }

    package func getRole(_ name: String) async throws(AWSError) -> Role {
        try await client.send(GetRole(name))
    }
}

/// The door through which a machine gets a role.
package struct InstanceProfile: Sendable, Hashable {
    package let name: String
    package let arn: String
    package let roles: [String]

    package init(name: String, arn: String, roles: [String] = []) {
        self.name = name
        self.arn = arn
        self.roles = roles
    }
}

/// Reads an instance profile; a missing one is the error `NoSuchEntity`.
package struct GetInstanceProfile: QueryOperation, Hashable {
    package static var service: AWSService { .iam }

    package let profile: String

    package init(_ profile: String) { self.profile = profile }

    package func encode(to fields: inout QueryEncoder) { fields["InstanceProfileName"] = profile }

    package static func result(in answer: XMLElement) throws(XMLError) -> InstanceProfile {
        guard let profile = answer["InstanceProfile"] else {
            throw XMLError.missing("InstanceProfile")
        }
        return InstanceProfile(
            name: try profile.require("InstanceProfileName"),
            arn: try profile.require("Arn"),
            roles: profile.items("Roles", item: "member").compactMap { $0.text("RoleName") }
        )
    }
}

/// Makes the role that a service itself needs; `InvalidInput` says that it exists.
package struct CreateServiceLinkedRole: QueryOperation, Hashable {
    package static var service: AWSService { .iam }

    /// `spot.amazonaws.com`.
    package let serviceName: String

    package init(for serviceName: String) { self.serviceName = serviceName }

    package var effect: OperationEffect { .once }

    package func encode(to fields: inout QueryEncoder) { fields["AWSServiceName"] = serviceName }

    package static func result(in answer: XMLElement) -> EmptyOutput { EmptyOutput() }
}

/// What a service or a machine may do in the account's name.
package struct Role: Sendable, Hashable {
    package let name: String
    package let arn: String

    package init(name: String, arn: String) {
        self.name = name
        self.arn = arn
    }
}

/// Reads a role; a missing one is the error `NoSuchEntity`.
package struct GetRole: QueryOperation, Hashable {
    package static var service: AWSService { .iam }

    package let role: String

    package init(_ role: String) { self.role = role }

    package func encode(to fields: inout QueryEncoder) { fields["RoleName"] = role }

    package static func result(in answer: XMLElement) throws(XMLError) -> Role {
        guard let role = answer["Role"] else { throw XMLError.missing("Role") }
        return Role(name: try role.require("RoleName"), arn: try role.require("Arn"))
    }
}
