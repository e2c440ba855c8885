package import AWSRuntime

extension AWSService {
    /// Systems Manager.
    package static let ssm = AWSService(
        name: "SSM",
        configurationKey: "ssm",
        endpointPrefix: "ssm",
        apiVersion: "2014-11-06",
        wireProtocol: .json(version: "1.1", targetPrefix: "AmazonSSM"),
        hosts: HostRule(isPlainFIPSInGovCloud: true)
    )
}

/// The calls of Systems Manager.
package protocol SSMClient: Sendable {
    func getParameter(_ name: String) async throws(AWSError) -> SSMParameter
    func getParameters(_ names: [String]) async throws(AWSError) -> GetParameters.Answer
}

/// Systems Manager itself, over the network.
package struct AWSSSMClient: SSMClient {
    private let client: AWSClient

    package init(_ client: AWSClient) { self.client = client }

    package func getParameter(_ name: String) async throws(AWSError) -> SSMParameter {
        try await client.send(GetParameter(name)).parameter
    }

    package func getParameters(_ names: [String]) async throws(AWSError) -> GetParameters.Answer {
        try await client.send(GetParameters(names))
    }
}

/// A named value; AWS and distributions publish the ids of their images as such.
package struct SSMParameter: Sendable, Hashable, Decodable {
    package let name: String
    package let value: String
    package let version: Int?

    package init(name: String, value: String, version: Int? = nil) {
        self.name = name
        self.value = value
        self.version = version
    }

    private enum CodingKeys: String, CodingKey {
        case name = "Name"
        case value = "Value"
        case version = "Version"
    }
}

/// Reads one parameter; a missing one is the error `ParameterNotFound`.
package struct GetParameter: JSONOperation, Hashable {
    package static var service: AWSService { .ssm }

    package let parameter: String

    package init(_ parameter: String) { self.parameter = parameter }

    /// What comes back.
    package struct Answer: Sendable, Hashable, Decodable {
        package let parameter: SSMParameter

        private enum CodingKeys: String, CodingKey {
            case parameter = "Parameter"
        }
    }

    package typealias Output = Answer

    private enum CodingKeys: String, CodingKey {
        case parameter = "Name"
    }
}

/// Reads up to ten parameters; missing ones are named in the answer.
package struct GetParameters: JSONOperation, Hashable {
    package static var service: AWSService { .ssm }

    package let names: [String]

    package init(_ names: [String]) { self.names = names }

    /// What comes back.
    package struct Answer: Sendable, Hashable, Decodable {
        package let parameters: [SSMParameter]
        /// The names that do not exist.
        package let invalid: [String]

        package init(parameters: [SSMParameter], invalid: [String] = []) {
            self.parameters = parameters
            self.invalid = invalid
        }

        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            parameters =
                try container.decodeIfPresent([SSMParameter].self, forKey: .parameters) ?? []
            invalid = try container.decodeIfPresent([String].self, forKey: .invalid) ?? []
        }

        private enum CodingKeys: String, CodingKey {
            case parameters = "Parameters"
            case invalid = "InvalidParameters"
        }
    }

    package typealias Output = Answer

    private enum CodingKeys: String, CodingKey {
        case names = "Names"
    }
}
