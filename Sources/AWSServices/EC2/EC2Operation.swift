package import AWSRuntime

extension AWSService {
    /// Elastic Compute Cloud.
    package static let ec2 = AWSService(
        name: "EC2",
        configurationKey: "ec2",
        endpointPrefix: "ec2",
        apiVersion: "2016-11-15",
        wireProtocol: .ec2,
        hosts: HostRule(isPlainFIPSInGovCloud: true)
    )
}

/// An operation of EC2.
package protocol EC2Operation: QueryOperation {}

extension EC2Operation {
    package static var service: AWSService { .ec2 }
}

/// An operation of EC2 that lists: the token is a field, and an element of the answer.
package protocol EC2ListOperation: EC2Operation, PaginatedOperation where Output == EC2Page<Item> {
    associatedtype Item: Sendable
    /// The element that holds the `<item>`s.
    static var list: String { get }
    static func item(from element: XMLElement) throws(XMLError) -> Item
}

extension EC2ListOperation {
    package static func nextToken(after output: EC2Page<Item>) -> String? { output.nextToken }

    package static func result(in answer: XMLElement) throws(XMLError) -> EC2Page<Item> {
        var items: [Item] = []
        for element in answer.items(list) { items.append(try item(from: element)) }
        return EC2Page(items: items, nextToken: answer.text("nextToken"))
    }
}

/// One page of a list.
package struct EC2Page<Item: Sendable>: Sendable {
    package let items: [Item]
    package let nextToken: String?

    package init(items: [Item], nextToken: String? = nil) {
        self.items = items
        self.nextToken = nextToken
    }
}

/// The answer of an operation that only says that it was done.
package struct EC2Done: Sendable, Hashable {
    package init() {}
}
