import AWSRuntime
import AWSSigning
import FoundationEssentials
import HTTPTransport
import Testing

/// An operation and the form fields that it has to become.
struct GoldenRequest: CustomTestStringConvertible {
    let testDescription: String
    let operation: any AWSOperation
    /// One `name=value` a line, sorted.
    let expectedFields: [String]

    init(_ title: String, _ operation: any AWSOperation, _ expected: String) {
        testDescription = title
        self.operation = operation
        expectedFields = expected.split(separator: "\n").map(String.init)
    }

    /// The fields of the encoded operation, decoded and sorted.
    func actualFields() throws -> [String] {
        let request = try operation.encoded()
        #expect(request.method == "POST")
        #expect(request.path == "/")
        #expect(
            request.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
        )
        let form = String(decoding: request.body, as: UTF8.self)
        return form.split(separator: "&")
            .map { String(decoding: PercentEncoding.decode($0), as: UTF8.self) }.sorted()
    }
}

extension Date {
    /// 2026-11-22T01:02:03Z.
    static let example = Date(timeIntervalSince1970: 1_795_309_323)
}
