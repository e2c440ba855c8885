package import AWSRuntime

/// Lists products of the price list that have all of these attributes.
package struct GetProducts: JSONOperation, PaginatedOperation, Hashable {
    package static var service: AWSService { .pricing }

    package let serviceCode: String
    package let filters: [Filter]
    package var nextToken: String?
    private let formatVersion = "aws_v1"
    private let maximumResults = 100

    package init(serviceCode: String = "AmazonEC2", _ filters: [Filter]) {
        self.serviceCode = serviceCode
        self.filters = filters
    }

    /// Linux on shared hardware, paid by the hour: what an instance type costs on demand.
    package static func onDemand(_ type: InstanceType, in region: Region) -> GetProducts {
        GetProducts([
            Filter("regionCode", region.name),
            Filter("instanceType", type.rawValue),
            Filter("operatingSystem", "Linux"),
            Filter("tenancy", "Shared"),
            Filter("preInstalledSw", "NA"),
            Filter("capacitystatus", "Used"),
            Filter("licenseModel", "No License required"),
        ])
    }

    /// General-purpose disk space, paid by the GiB and month.
    package static func disk(in region: Region) -> GetProducts {
        GetProducts([
            Filter("regionCode", region.name), Filter("productFamily", "Storage"),
            Filter("volumeApiName", "gp3"),
        ])
    }

    /// An attribute and the one value that it must have.
    package struct Filter: Sendable, Hashable, Encodable {
        package let field: String
        package let value: String
        private let type = "TERM_MATCH"

        package init(_ field: String, _ value: String) {
            self.field = field
            self.value = value
        }

        private enum CodingKeys: String, CodingKey {
            case field = "Field"
            case value = "Value"
            case type = "Type"
        }
    }

    /// One page.
    package struct Answer: Sendable, Hashable, Decodable {
        package let products: [PriceListProduct]
        package let nextToken: String?

        /// Each product is a JSON document of its own, in a text.
        package init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            let texts = try container.decodeIfPresent([String].self, forKey: .priceList) ?? []
            products = try texts.map {
                try JSONCodec.decode(PriceListProduct.self, from: Array($0.utf8))
            }
            nextToken = try container.decodeIfPresent(String.self, forKey: .nextToken)
        }

        private enum CodingKeys: String, CodingKey {
            case priceList = "PriceList"
            case nextToken = "NextToken"
        }
    }

    package typealias Output = Answer

    package static func nextToken(after output: Answer) -> String? { output.nextToken }

    private enum CodingKeys: String, CodingKey {
        case serviceCode = "ServiceCode"
        case filters = "Filters"
        case nextToken = "NextToken"
        case formatVersion = "FormatVersion"
        case maximumResults = "MaxResults"
    }
}
