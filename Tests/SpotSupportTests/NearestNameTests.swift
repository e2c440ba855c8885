import SpotSupport
import Testing

struct NearestNameTests {
    private let known = ["region", "zones", "firewall", "max_price", "ttl"]

    @Test(arguments: [
        ("regoin", "region"), ("Region", "region"), ("zone", "zones"), ("firewal", "firewall"),
        ("maxprice", "max_price"), ("tll", "ttl"),
    ])
    func `a slip of the finger finds the word`(slip: String, word: String) {
        #expect(NearestName.among(known, to: slip) == word)
    }

    @Test(arguments: ["", "colour", "x", "regionalisation"])
    func `another word finds nothing`(other: String) {
        #expect(NearestName.among(known, to: other) == nil)
    }

    @Test func `of equally near words the first is taken`() {
        #expect(NearestName.among(["cat", "bat"], to: "rat") == "cat")
    }

    @Test func `a text of any length is answered at once`() {
        let long = String(repeating: "x", count: 1_000_000)
        #expect(NearestName.among(known, to: long) == nil)
    }
}
