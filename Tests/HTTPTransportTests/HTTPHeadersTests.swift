import HTTPTransport
import Testing

struct HTTPHeadersTests {
    @Test func `names are compared without case and the first value counts`() {
        var headers: HTTPHeaders = ["X-A": "1", "x-a": "2"]
        #expect(headers["X-a"] == "1")
        #expect(headers["X-B"] == nil)
        headers["x-A"] = "3"
        #expect(headers.fields == [.init(name: "x-A", value: "3")])
        headers["X-A"] = nil
        #expect(headers.fields == [])
    }
}
