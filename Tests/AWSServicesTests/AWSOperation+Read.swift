import AWSRuntime
import HTTPTransport

extension AWSOperation {
    /// The output in an answer; `<R>` stands for the root element of the operation.
    static func read(_ text: String) throws -> Output {
        let whole = text.replacing("<R", with: "<\(name)Response")
            .replacing("</R>", with: "</\(name)Response>")
        return try output(from: HTTPResponse(status: 200, body: Array(whole.utf8)))
    }
}
