/// Bytes waiting to be taken at the front, in portions.
struct OutgoingBytes {
    private var bytes: [UInt8] = []
    private var start = 0

    var count: Int { bytes.count - start }
    var isEmpty: Bool { count == 0 }

    /// What waits.
    var waiting: ArraySlice<UInt8> { bytes[start...] }

    mutating func append(_ more: some Collection<UInt8>) {
        if start > 0, isEmpty { removeAll() }
        bytes.append(contentsOf: more)
    }

    mutating func drop(_ count: Int) {
        start += count
        if isEmpty {
            removeAll()
        } else if start > 1 << 18 {
            bytes.removeFirst(start)
            start = 0
        }
    }

    /// Takes back all that waits behind the first `count` bytes.
    mutating func keepFirst(_ count: Int) {
        bytes.removeLast(self.count - count)
    }

    mutating func removeAll() {
        bytes.removeAll(keepingCapacity: bytes.capacity <= 1 << 20)
        start = 0
    }

    /// Lets `body` write to the end in place.
    mutating func build(_ body: (inout [UInt8]) -> Void) {
        if start > 0, isEmpty { removeAll() }
        body(&bytes)
    }
}
