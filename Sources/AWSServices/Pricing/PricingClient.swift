package import AWSRuntime

extension AWSService {
    /// The price list, kept in a few regions for the whole of a partition.
    package static let pricing = AWSService(
        name: "Pricing",
        configurationKey: "pricing",
        endpointPrefix: "api.pricing",
        signingName: "pricing",
        apiVersion: "2017-10-15",
        wireProtocol: .json(version: "1.1", targetPrefix: "AWSPriceListService")
    )
}

/// The calls of the price list.
package protocol PricingClient: Sendable {
    /// Every product that the filters leave, whatever the number of pages.
    func getProducts(_ query: GetProducts) async throws(AWSError) -> [PriceListProduct]
}

/// The price list itself, over the network.
package struct AWSPricingClient: PricingClient {
    private let client: AWSClient

    /// - Returns: Nil where the region's partition has no price list.
    package init?(_ client: AWSClient) {
        guard let home = Self.home(for: client.region) else { return nil }
        self.client = client.inRegion(home)
    }

    package func getProducts(
        _ query: GetProducts
    ) async throws(AWSError) -> [PriceListProduct] {
        try await client.sendAllPages(query).flatMap(\.products)
    }

    /// The region whose price list is nearest.
    package static func home(for region: Region) -> Region? {
        switch Partition(of: region).id {
        case "aws":
            let continent = region.name.prefix { $0 != "-" }
            return switch continent {
            case "eu", "me", "af", "il": Region("eu-central-1")
            case "ap": Region("ap-south-1")
            default: Region("us-east-1")
            }
        case "aws-cn": return Region("cn-northwest-1")
        case "aws-eusc": return Region("eusc-de-east-1")
        default: return nil
        }
    }
}
