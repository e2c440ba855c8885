package import HTTPTransport

/// An operation of the EC2 query or AWS query protocol.
package protocol QueryOperation: AWSOperation {
    // Stated again so that it can be inferred from `result(in:)`.
    associatedtype Output

    /// Adds every field but `Action` and `Version`.
    func encode(to fields: inout QueryEncoder)
    /// Reads the element that holds the members of the answer.
    static func result(in answer: XMLElement) throws(XMLError) -> Output
}

extension QueryOperation {
    package func encoded() -> OperationRequest {
        var fields = QueryEncoder(dialect: Self.service.wireProtocol == .ec2 ? .ec2 : .query)
        fields["Action"] = Self.name
        fields["Version"] = Self.service.apiVersion
        encode(to: &fields)
        return OperationRequest(
            headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: fields.body
        )
    }

    /// Finds the members: EC2 puts them into the root, the other services into `<XResult>`.
    ///
    /// Another root is an error: a page of a proxy must not pass for an empty list.
    package static func output(from response: HTTPResponse) throws -> Output {
        let root = try XMLReader.read(response.body)
        guard root.name == "\(name)Response" else { throw XMLError.missing("\(name)Response") }
        guard service.wireProtocol == .query else { return try result(in: root) }
        return try result(in: root["\(name)Result"] ?? root)
    }
}
