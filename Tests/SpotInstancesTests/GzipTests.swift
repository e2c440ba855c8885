import SpotSupport
import SpotTestSupport
import Testing

@testable import SpotInstances

struct GzipTests {
    @Test(arguments: [0, 1, 3, 70_000])
    func `what is compressed is read back by another reader`(count: Int) throws {
        let bytes = TestBytes.sequence(count: count)
        #expect(try GzipReader.decompress(Gzip.compress(bytes)) == bytes)
    }

    @Test func `the same input gives the same output, and text shrinks`() {
        let text = Array(String(repeating: "all work and no play ", count: 500).utf8)
        #expect(Gzip.compress(text) == Gzip.compress(text))
        #expect(Gzip.compress(text).count < text.count / 20)
    }
}
