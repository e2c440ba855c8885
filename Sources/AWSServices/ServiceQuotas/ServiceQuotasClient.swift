package import AWSRuntime

extension AWSService {
    /// Service Quotas: how much of each service an account may use.
    package static let serviceQuotas = AWSService(
        name: "Service Quotas",
        configurationKey: "service_quotas",
        endpointPrefix: "servicequotas",
        apiVersion: "2019-06-24",
        wireProtocol: .json(version: "1.1", targetPrefix: "ServiceQuotasV20190624"),
        hosts: HostRule(isPlainFIPSInGovCloud: true)
    )
}

/// The calls of Service Quotas.
package protocol ServiceQuotasClient: Sendable {
    func getServiceQuota(_ query: GetServiceQuota) async throws(AWSError) -> ServiceQuota
}

/// Service Quotas itself, over the network.
package struct AWSServiceQuotasClient: ServiceQuotasClient {
    private let client: AWSClient

    package init(_ client: AWSClient) { self.client = client }

    package func getServiceQuota(
        _ query: GetServiceQuota
    ) async throws(AWSError) -> ServiceQuota {
        try await client.send(query).quota
    }
}

/// How much an account may use.
package struct ServiceQuota: Sendable, Hashable, Decodable {
    /// `L-34B43A08`.
    package let code: String
    package let name: String
    package let value: Double

    package init(code: String, name: String, value: Double) {
        self.code = code
        self.name = name
        self.value = value
    }

    private enum CodingKeys: String, CodingKey {
        case code = "QuotaCode"
        case name = "QuotaName"
        case value = "Value"
    }
}

/// Reads one quota of one service, in the region asked.
package struct GetServiceQuota: JSONOperation, Hashable {
    package static var service: AWSService { .serviceQuotas }

    package let serviceCode: String
    package let quotaCode: String

    package init(service: String = "ec2", code: String) {
        serviceCode = service
        quotaCode = code
    }

    /// What comes back.
    package struct Answer: Sendable, Hashable, Decodable {
        package let quota: ServiceQuota

        private enum CodingKeys: String, CodingKey {
            case quota = "Quota"
        }
    }

    package typealias Output = Answer

    private enum CodingKeys: String, CodingKey {
        case serviceCode = "ServiceCode"
        case quotaCode = "QuotaCode"
    }
}
