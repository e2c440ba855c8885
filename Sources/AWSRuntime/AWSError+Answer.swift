import FoundationEssentials
package import HTTPTransport
import SpotSupport

extension AWSError {
    /// Reads what a service says when it refuses.
    ///
    /// Load balancers and proxies answer with HTML or nothing at all; then the status is the code.
    package init(refusal response: HTTPResponse, of service: AWSService, operation: String) {
        let refusal =
            switch service.wireProtocol {
            case .ec2, .query: Refusal(xml: response)
            case .json, .restJSON: Refusal(json: response)
            }
        let header = response.headers["x-amzn-requestid"] ?? response.headers["x-amz-request-id"]
        self.init(
            Code(rawValue: refusal.code ?? String(response.status)),
            refusal.message ?? "status \(response.status) without an explanation",
            service: service.name,
            operation: operation,
            httpStatus: response.status,
            requestID: refusal.requestID ?? header
        )
    }
}

/// The parts of an error answer; what is not there is nil.
private struct Refusal {
    var code: String?
    var message: String?
    var requestID: String?

    /// `<Response><Errors><Error>` of EC2, `<ErrorResponse><Error>` of the others.
    init(xml response: HTTPResponse) {
        guard let root = try? XMLReader.read(response.body) else { return }
        let error = root["Errors"]?["Error"] ?? root["Error"]
        code = error?.text("Code").nonEmpty
        message = error?.text("Message").nonEmpty
        requestID = (root.text("RequestID") ?? root.text("RequestId")).nonEmpty
    }

    /// The code is in a header, in `__type` or in `code`; it may carry a namespace and an address.
    init(json response: HTTPResponse) {
        let body = try? JSONCodec.decode(JSONRefusal.self, from: response.body)
        let name = response.headers["x-amzn-errortype"].nonEmpty ?? body?.name
        code =
            name.flatMap { name in
                let bare = name.prefix { $0 != ":" }
                return String(bare.split(separator: "#").last ?? bare)
            }.nonEmpty
        message = body?.text
        guard let legacy = response.headers["x-amzn-query-error"]?.split(separator: ";").first
        else { return }
        code = String(legacy)
    }
}

private struct JSONRefusal: Decodable {
    let name: String?
    let text: String?

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        func first(_ names: [String]) -> String? {
            names.lazy.compactMap {
                (try? container.decodeIfPresent(String.self, forKey: Key(stringValue: $0)))
                    .flatMap { $0 }.nonEmpty
            }.first
        }
        name = first(["__type", "code", "ErrorCode", "error"])
        text = first(["message", "Message", "error_description", "errorMessage"])
    }
}

extension String? {
    fileprivate var nonEmpty: String? {
        flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed }
    }
}
