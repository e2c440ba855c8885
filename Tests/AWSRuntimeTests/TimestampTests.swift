import AWSRuntime
import FoundationEssentials
import Testing

struct TimestampTests {
    @Test(arguments: [
        ("2026-11-21T10:52:00Z", 1_795_258_320),
        ("2026-11-21T10:52:00.250Z", 1_795_258_320.25),
        ("2026-11-21T11:52:00+01:00", 1_795_258_320),
        ("Sat, 21 Nov 2026 10:52:00 GMT", 1_795_258_320),
        ("1795258320.25", 1_795_258_320.25),
        ("1970-01-01T00:00:00Z", 0), ("1970-01-01 00:00:01z", 1), ("1970-01-01T00:00:02UTC", 2),
    ])
    func `every form of AWS is read`(_ text: String, _ seconds: Double) throws {
        #expect(Timestamp.parse(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: ["", "yesterday", "2026-11-21", "nan", "Sat, 21 Foo 2026 10:52:00 GMT"])
    func `what is no moment is none`(_ text: String) {
        #expect(Timestamp.parse(text) == nil)
    }
}
