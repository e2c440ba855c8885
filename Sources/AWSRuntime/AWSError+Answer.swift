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
            refusal.message ?? response.plainRefusal,
            service: service.name,
            operation: operation,
            httpStatus: response.status,
            requestID: refusal.requestID ?? header
        )
        retryAfter = response.retryAfter
    }

    /// A success that is none, because nothing can be made of it.
    init(
        unreadable response: HTTPResponse,
        _ cause: any Error,
        of service: AWSService,
        _ name: String
    ) {
        let code: Code =
            if response.isWebPage { .foreignAnswer } else if cause.isAboutSyntax {
                .brokenAnswer
            } else { .unreadableAnswer }
        self.init(
            code,
            response.isWebPage ? "a web page came back" : "\(cause)",
            service: service.name,
            operation: name,
            httpStatus: response.status,
            requestID: response.headers["x-amzn-requestid"],
            cause: cause
        )
    }
}

extension HTTPResponse {
    /// The least time until the next try: milliseconds in AWS's own field, else seconds or a moment.
    fileprivate var retryAfter: Duration? {
        if let text = headers["x-amz-retry-after"], let milliseconds = Int(text) {
            return .milliseconds(milliseconds)
        }
        guard let text = headers["Retry-After"] else { return nil }
        if let seconds = Int(text) { return .seconds(seconds) }
        guard let end = Timestamp.parse(text), let now = headers["Date"].flatMap(Timestamp.parse)
        else { return nil }
        return .seconds(end.timeIntervalSince(now))
    }

    /// What to say where the body says nothing.
    fileprivate var plainRefusal: String {
        guard 300..<400 ~= status, let place = headers["Location"].flatMap({ HTTPURL($0) }) else {
            return "status \(status) without an explanation"
        }
        return "it points to \(place.authority), which spot does not follow"
    }

    /// Whether this is for a browser: what proxies and networks with a login page send.
    fileprivate var isWebPage: Bool {
        if headers["Content-Type"]?.lowercased().hasPrefix("text/html") == true { return true }
        let beginning = String(decoding: body.prefix(200), as: UTF8.self).trimmed.lowercased()
        return beginning.hasPrefix("<!doctype html") || beginning.hasPrefix("<html")
    }
}

extension Error {
    /// The text itself is broken, rather than other than expected.
    fileprivate var isAboutSyntax: Bool {
        if let error = self as? XMLError { return error.isSyntax }
        guard case .dataCorrupted(let context) = self as? DecodingError else { return false }
        return context.codingPath.isEmpty
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
