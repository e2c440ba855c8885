import AWSSigning
import Testing

struct PercentEncodingTests {
    @Test(arguments: [
        ("az AZ-09_.~", "az%20AZ-09_.~"),
        ("a+b/c=d&e", "a%2Bb%2Fc%3Dd%26e"),
        ("ሴ", "%E1%88%B4"),
        ("", ""),
    ])
    func `only unreserved characters stay`(_ text: String, _ encoded: String) {
        #expect(PercentEncoding.encode(text) == encoded)
        #expect(PercentEncoding.decode(encoded) == Array(text.utf8))
    }

    @Test func `what is no escape is left as it is`() {
        #expect(PercentEncoding.decode("100%") == Array("100%".utf8))
        #expect(PercentEncoding.decode("%zz%4") == Array("%zz%4".utf8))
        #expect(PercentEncoding.decode("a+b") == Array("a+b".utf8))
    }
}
