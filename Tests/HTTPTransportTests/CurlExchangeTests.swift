import SpotTestSupport
import Testing

@testable import HTTPTransport

struct CurlExchangeTests {
    private let time = ManualTime()

    @Test func `every piece of head and body ends a silence`() {
        let exchange = CurlExchange(HTTPLimits(silence: .seconds(30)), time: time)
        for _ in 1...3 {
            time.advance(by: .seconds(29))
            #expect(!exchange.hasStalled())
            #expect(exchange.appendHeader(Array("X-A: 1\r\n".utf8)))
        }
        for _ in 1...3 {
            time.advance(by: .seconds(29))
            #expect(!exchange.hasStalled())
            #expect(exchange.appendBody([1]))
        }
        time.advance(by: .seconds(30))
        #expect(exchange.hasStalled())
        #expect(exchange.objection == "nothing came for 30 s")
    }
}
