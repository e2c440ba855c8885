import Foundation
import HTTPTransport

extension Lab {
    private static let transport = CurlTransport(width: 32)

    /// Asks one of the lab's own endpoints (`scripts/localcloud/control.py`), with an order to change
    /// something: what `scripts/lab` does, without starting a Python for it.
    func ask(_ endpoint: String, _ order: JSONValue? = nil) async throws -> JSONValue {
        let address = (environment["AWS_ENDPOINT_URL"] ?? "") + "/lab/" + endpoint
        guard let url = HTTPURL(address) else { throw Failed(description: "no URL: \(address)") }
        let patience = Duration.seconds(300)
        var request = HTTPRequest(
            method: order == nil ? "GET" : "POST",
            url: url,
            headers: ["X-Lab-Token": environment["SPOT_LAB_TOKEN"] ?? ""],
            limits: HTTPLimits(silence: patience, total: patience),
            isRepeatable: false,
            usesProxy: false
        )
        if let order { request.body = Array(try order.encoded().utf8) }
        let answer = try await Self.transport.send(request)
        let text = String(decoding: answer.body, as: UTF8.self)
        guard answer.status == 200 else { throw Failed(description: "\(endpoint): \(text)") }
        return try JSONValue(decoding: text)
    }
}
