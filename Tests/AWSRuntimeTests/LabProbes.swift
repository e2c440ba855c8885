import AWSRuntime

/// A call of the EC2 query protocol.
struct DescribeRegions: QueryOperation {
    static let service = AWSService.test("ec2", version: "2016-11-15", .ec2)

    var effect = OperationEffect.reads

    func encode(to fields: inout QueryEncoder) { fields["AllRegions"] = true }

    static func result(in answer: XMLElement) -> [String] {
        answer.items("regionInfo").compactMap { $0.text("regionName") }
    }
}

/// A call of EC2 that has pages.
struct DescribeInstanceTypeOfferings: QueryOperation, PaginatedOperation {
    struct Page: Sendable {
        let types: [String]
        let token: String?
    }

    static let service = DescribeRegions.service

    /// The lab pages only where it is asked to.
    let pageSize = 10
    var nextToken: String?

    func encode(to fields: inout QueryEncoder) {
        fields["MaxResults"] = pageSize
        fields["NextToken"] = nextToken
    }

    static func result(in answer: XMLElement) -> Page {
        Page(
            types: answer.items("instanceTypeOfferingSet").compactMap { $0.text("instanceType") },
            token: answer.text("nextToken")
        )
    }

    static func nextToken(after output: Page) -> String? { output.token }
}

/// A call of the query protocol.
struct GetCallerIdentity: QueryOperation {
    static let service = AWSService.test("sts", version: "2011-06-15", .query)

    func encode(to fields: inout QueryEncoder) {}

    static func result(in answer: XMLElement) throws(XMLError) -> String {
        try answer.require("Arn")
    }
}

/// A call of the JSON protocol.
struct DescribeParameters: JSONOperation {
    static let service = AWSService.test(
        "ssm",
        version: "2014-11-06",
        .json(version: "1.1", targetPrefix: "AmazonSSM")
    )

    let maxResults = 10

    private enum CodingKeys: String, CodingKey {
        case maxResults = "MaxResults"
    }

    typealias Output = EmptyOutput
}

/// A call of the REST protocol.
struct DescribeFileSystems: RESTOperation {
    static let service = AWSService.test("elasticfilesystem", version: "2015-02-01", .restJSON)
    static let method = "GET"

    let path = ["2015-02-01", "file-systems"]
    let query: [(name: String, value: String?)] = [("MaxItems", "10")]

    typealias Output = EmptyOutput
}
