import AWSRuntime
import AWSServices
import HTTPTransport
import SpotTestSupport
import Testing

/// Every operation against botocore's models, where there is a botocore.
@Suite(.enabled(if: OperationModels.models != nil, "needs botocore"))
struct OperationModelTests {
    private static let models = OperationModels.models ?? .null

    /// One of each operation that has pages.
    private static let paginated: [any PaginatedOperation] = [
        DescribeFileSystems(), DescribeImages(), DescribeInstances(),
        DescribeInstanceTypeOfferings(by: .region), DescribeInstanceTypes(),
        DescribeLaunchTemplates(), DescribeMountTargets(of: "fs-1"), DescribeSecurityGroups(),
        DescribeSpotInstanceRequests(),
        DescribeSpotPriceHistory(types: []), DescribeSubnets(), DescribeVolumes(), DescribeVpcs(),
    ]

    @Test func `the source is read`() {
        #expect(OperationModels.declarations.count > 30)
    }

    @Test(arguments: OperationModels.declarations)
    func `row 33: what has pages is read page by page`(_ operation: OperationModels.Declaration) {
        let model = Self.models["\(operation.service).\(operation.name)"]
        #expect(operation.isPaginated == (model["input"].text != nil), "\(operation.name)")
    }

    @Test func `row 33: every operation with pages is tried below`() {
        let declared = OperationModels.declarations.filter(\.isPaginated).map(\.name)
        #expect(declared.sorted() == Self.paginated.map { type(of: $0).name }.sorted())
    }

    @Test(arguments: paginated.indices)
    func `row 33: the token goes into the field and comes from the element that AWS names`(
        _ index: Int
    ) throws {
        try check(Self.paginated[index])
    }

    @Test(arguments: OperationModels.declarations)
    func `what changes something says what twice means`(
        _ operation: OperationModels.Declaration
    ) {
        let model = Self.models["\(operation.service).\(operation.name)"]
        #expect(operation.text.contains("var effect:") != operation.isRead, "\(operation.name)")
        guard model["token"] == .bool(true) else { return }
        #expect(operation.text.contains(".repeatable"), "\(operation.name) has a token")
    }

    private func check<Operation: PaginatedOperation>(_ operation: Operation) throws {
        let service = Operation.service.name.lowercased()
        let model = Self.models["\(service).\(Operation.name)"]
        let input = try #require(model["input"].text)
        let output = try #require(model["output"].text)
        var operation = operation
        operation.nextToken = "t-1"
        let request = try operation.encoded()
        let sent = request.query + "&" + String(decoding: request.body, as: UTF8.self)
        #expect("&\(sent)&".contains("&\(input)=t-1&"))
        let answer =
            service == "efs"
            ? #"{"FileSystems":[],"MountTargets":[],"\#(output)":"t-2"}"#
            : "<R><\(output)>t-2</\(output)></R>"
        #expect(Operation.nextToken(after: try Operation.read(answer)) == "t-2")
    }
}
