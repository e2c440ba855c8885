extension AWSClient {
    /// More pages than any account needs; beyond it the service is assumed to go round in circles.
    package static let maximumPages = 1000

    /// Every page of an operation, in order.
    ///
    /// A page may be empty and still have a successor. A token that comes back a second time is an
    /// error, for the pages would never end.
    package func sendAllPages<Operation: PaginatedOperation>(
        _ operation: Operation
    ) async throws(AWSError) -> [Operation.Output] {
        var operation = operation
        var pages: [Operation.Output] = []
        var seen: Set<String> = []
        while pages.count < Self.maximumPages {
            let page = try await send(operation)
            pages.append(page)
            guard let token = Operation.nextToken(after: page), !token.isEmpty else { return pages }
            guard seen.insert(token).inserted else { throw Operation.endless("a page repeats") }
            operation.nextToken = token
        }
        throw Operation.endless("there are more than \(Self.maximumPages) pages")
    }
}

extension PaginatedOperation {
    fileprivate static func endless(_ detail: String) -> AWSError {
        AWSError(.unreadableAnswer, detail, service: service.name, operation: name)
    }
}
