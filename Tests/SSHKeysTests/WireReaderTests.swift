import SSHKeys
import Testing

struct WireReaderTests {
    @Test func `what the writer wrote is read back`() {
        var writer = WireWriter()
        writer.append(byte: 7)
        writer.append(uint32: 0xDEAD_BEEF)
        writer.append(uint64: 0x0102_0304_0506_0708)
        writer.append(text: "héllo")
        writer.append(unsigned: [0, 0, 0x80, 1])
        var reader = WireReader(writer.bytes)
        #expect(reader.byte() == 7)
        #expect(reader.uint32() == 0xDEAD_BEEF)
        #expect(reader.uint64() == 0x0102_0304_0506_0708)
        #expect(reader.text() == "héllo")
        #expect(reader.unsigned() == [0x80, 1])
        #expect(reader.isAtEnd)
        #expect(reader.byte() == nil)
    }

    @Test func `an integer with its high bit set gets a zero before it`() {
        var writer = WireWriter()
        writer.append(unsigned: [0xFF])
        #expect(writer.bytes == [0, 0, 0, 2, 0, 0xFF])
    }

    @Test func `a negative integer is refused`() {
        var reader = WireReader([0, 0, 0, 1, 0xFF])
        #expect(reader.unsigned() == nil)
    }

    @Test(arguments: [[], [0], [0, 0, 0, 2, 1], [0xFF, 0xFF, 0xFF, 0xFF, 0]] as [[UInt8]])
    func `a string longer than what is there is refused and nothing is taken`(bytes: [UInt8]) {
        var reader = WireReader(bytes)
        #expect(reader.string() == nil)
        #expect(reader.remaining.elementsEqual(bytes))
    }
}
