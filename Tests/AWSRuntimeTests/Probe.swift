import AWSRuntime
import HTTPTransport
import SpotTestSupport

/// An operation that answers one value.
struct Probe: QueryOperation {
    static let service = AWSService.test("ec2")
    /// An answer with the value 7.
    static let good = "<ProbeResponse><value>7</value></ProbeResponse>"

    var effect = OperationEffect.reads

    func encode(to fields: inout QueryEncoder) { fields["Secret"] = "user data" }

    static func result(in answer: XMLElement) throws(XMLError) -> String {
        try answer.require("value")
    }
}

/// An operation that answers pages.
struct PagedProbe: QueryOperation, PaginatedOperation {
    struct Page: Sendable {
        let value: String?
        let token: String?
    }

    static let service = AWSService.test("ec2")

    var nextToken: String?

    func encode(to fields: inout QueryEncoder) { fields["NextToken"] = nextToken }

    static func result(in answer: XMLElement) -> Page {
        Page(value: answer.text("value"), token: answer.text("nextToken"))
    }

    static func nextToken(after output: Page) -> String? { output.token }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
    /// A success of `Probe`.
    static var good: Self { .status(200, Probe.good) }

    /// A refusal as EC2 words it.
    static func refusal(
        _ status: Int,
        _ code: AWSError.Code,
        headers: HTTPHeaders = [:]
    ) -> Self {
        let body = """
            <Response><Errors><Error><Code>\(code)</Code><Message>said so</Message></Error></Errors>\
            <RequestID>req-1</RequestID></Response>
            """
        return .status(status, body, headers: headers)
    }
}

extension AWSError.Code {
    /// What EC2 says to too many requests.
    static let busy: Self = "RequestLimitExceeded"
}

extension AWSClient {
    /// What a call fails with; nil where it succeeds.
    func failure(of operation: some AWSOperation) async -> AWSError? {
        do throws(AWSError) {
            _ = try await send(operation)
            return nil
        } catch {
            return error
        }
    }
}
