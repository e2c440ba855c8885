import SpotSupport
import Testing

struct ByteCountTests {
    @Test(
        arguments: [
            (0, "0 B"), (1, "1 B"), (1023, "1023 B"), (1024, "1.00 KiB"), (1536, "1.50 KiB"),
            (10_239, "10.0 KiB"), (102_400, "100 KiB"), (1_048_575, "1.00 MiB"),
            (278_921_216, "266 MiB"), (1 << 40, "1.00 TiB"), (Int64.max, "8.00 EiB"),
            (-2048, "-2.00 KiB"),
        ] as [(Int64, String)]
    )
    func `a size is spoken in three figures`(bytes: Int64, text: String) {
        #expect(ByteCount(bytes).spoken == text)
    }

    @Test func `sizes compare by their bytes`() {
        #expect(ByteCount(1) < ByteCount(2))
    }
}
