/// The parts of a request that a signature covers.
package struct SignableRequest: Sendable {
    package var method: String
    /// Percent-encoded as it goes over the wire.
    package var path: String
    /// Percent-encoded as it goes over the wire, without the question mark.
    package var query: String
    /// Every field that is signed, in order; `host` must be among them.
    package var headers: [(name: String, value: String)]
    package var payload: Payload

    /// What stands for the body in a signature.
    package enum Payload: Sendable {
        case bytes([UInt8])
        /// S3 only: the body is not covered.
        case unsigned

        package var hash: String {
            switch self {
            case .bytes(let bytes): MessageDigest.hexadecimal(MessageDigest.sha256(bytes))
            case .unsigned: "UNSIGNED-PAYLOAD"
            }
        }
    }

    package init(
        method: String,
        path: String,
        query: String = "",
        headers: [(name: String, value: String)],
        payload: Payload
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.payload = payload
    }
}
