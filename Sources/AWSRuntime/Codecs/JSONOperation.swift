package import HTTPTransport

/// An operation of the AWS JSON protocols: its stored properties are its members.
package protocol JSONOperation: AWSOperation, Encodable where Output: Decodable {}

extension JSONOperation {
    package func encoded() throws -> OperationRequest {
        guard case .json(let version, let prefix) = Self.service.wireProtocol else {
            preconditionFailure("\(Self.service.name) does not speak AWS JSON")
        }
        return OperationRequest(
            headers: [
                "Content-Type": "application/x-amz-json-\(version)",
                "X-Amz-Target": "\(prefix).\(Self.name)",
            ],
            body: try JSONCodec.encode(self)
        )
    }

    package static func output(from response: HTTPResponse) throws -> Output {
        try JSONCodec.decode(Output.self, from: response.body)
    }
}
