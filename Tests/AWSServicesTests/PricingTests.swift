import AWSRuntime
import AWSServices
import FoundationEssentials
import HTTPTransport
import Testing

struct PricingTests {
    private static let product = #"""
        {"product":{"productFamily":"Compute Instance","sku":"SKU1","attributes":{"tenancy":"Shared",
        "marketoption":"OnDemand"}},
        "terms":{"OnDemand":{"SKU1.T":{"priceDimensions":{"SKU1.T.D":{"unit":"Hrs",
        "pricePerUnit":{"USD":"0.0208000000"}}}}},"Reserved":{}}}
        """#

    private func answer(_ products: [String], token: String? = nil) throws -> GetProducts.Answer {
        struct Body: Encodable {
            let PriceList: [String]
            let NextToken: String?
        }
        let body = try JSONEncoder().encode(Body(PriceList: products, NextToken: token))
        return try GetProducts.output(from: HTTPResponse(status: 200, body: Array(body)))
    }

    /// As botocore serialises it, but for white space and the order of keys.
    @Test func `exactly what narrows the list to one product is asked for`() throws {
        var query = GetProducts.onDemand("t3.small", in: try #require(Region("eu-west-1")))
        query.nextToken = "n+1"
        let request = try query.encoded()
        #expect(request.headers["X-Amz-Target"] == "AWSPriceListService.GetProducts")
        #expect(request.headers["Content-Type"] == "application/x-amz-json-1.1")
        let filters = [
            ("regionCode", "eu-west-1"), ("instanceType", "t3.small"), ("operatingSystem", "Linux"),
            ("tenancy", "Shared"), ("preInstalledSw", "NA"), ("capacitystatus", "Used"),
            ("licenseModel", "No License required"),
        ].map { #"{"Field":"\#($0)","Type":"TERM_MATCH","Value":"\#($1)"}"# }
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == #"{"Filters":[\#(filters.joined(separator: ","))],"FormatVersion":"aws_v1","#
                + #""MaxResults":100,"NextToken":"n+1","ServiceCode":"AmazonEC2"}"#
        )
    }

    @Test func `a product is a document within the document`() throws {
        let answer = try answer([Self.product], token: "more")
        #expect(answer.nextToken == "more")
        let product = try #require(answer.products.first)
        #expect(product.sku == "SKU1")
        #expect(product.isOnDemand)
        let price = try #require(Decimal(string: "0.0208"))
        #expect(product.rates == [.init(unit: "Hrs", prices: ["USD": price])])
    }

    @Test func `capacity that is sold ahead is told apart`() throws {
        let block = Self.product.replacing(
            #""marketoption":"OnDemand""#,
            with: #""marketoption":"CapacityBlock""#
        )
        #expect(try answer([block]).products.map(\.isOnDemand) == [false])
    }

    @Test func `no products are an empty list, a broken one is an error`() throws {
        #expect(try answer([]).products.isEmpty)
        #expect(throws: (any Error).self) { try answer(["{"]) }
    }

    @Test(
        arguments: [
            ("us-east-2", "us-east-1"), ("sa-east-1", "us-east-1"), ("eu-west-1", "eu-central-1"),
            ("me-south-1", "eu-central-1"), ("ap-southeast-2", "ap-south-1"),
            ("cn-north-1", "cn-northwest-1"), ("eusc-de-east-1", "eusc-de-east-1"),
            ("us-gov-west-1", nil), ("us-iso-east-1", nil),
        ] as [(String, String?)]
    )
    func `the price list of a region is kept in`(region: String, home: String?) throws {
        let region = try #require(Region(region))
        #expect(AWSPricingClient.home(for: region)?.name == home)
        guard let home = AWSPricingClient.home(for: region) else { return }
        let endpoint = try EndpointResolver().endpoint(of: .pricing, in: home)
        #expect(endpoint.url.description.hasPrefix("https://api.pricing.\(home.name).amazonaws."))
        #expect(endpoint.signingRegion == home.name)
        #expect(AWSService.pricing.signingName == "pricing")
    }
}
