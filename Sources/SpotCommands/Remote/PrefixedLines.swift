/// Cuts a stream into whole lines, each behind a prefix; what the bytes mean does not matter.
struct PrefixedLines {
    /// A longer line is cut, so that one without an end does not fill the memory.
    static let longest = 1 << 20

    private static let lineEnd = UInt8(ascii: "\n")

    private let prefix: [UInt8]
    /// The line that has begun, without the prefix.
    private var begun: [UInt8] = []

    init(prefix: String) {
        self.prefix = Array(prefix.utf8)
    }

    /// Takes the next piece and answers the lines that are whole by now.
    mutating func append(_ piece: ArraySlice<UInt8>) -> [UInt8] {
        var whole: [UInt8] = []
        whole.reserveCapacity(2 * piece.count)
        var rest = piece
        while let end = rest.firstIndex(of: Self.lineEnd) {
            endLine(with: rest[..<end], in: &whole)
            rest = rest[(end + 1)...]
        }
        while begun.count + rest.count > Self.longest {
            let part = rest.prefix(Self.longest - begun.count)
            endLine(with: part, in: &whole)
            rest = rest.dropFirst(part.count)
        }
        begun += rest
        return whole
    }

    /// The last line where it has no end; it gets one.
    mutating func finish() -> [UInt8] {
        var whole: [UInt8] = []
        if !begun.isEmpty { endLine(with: [], in: &whole) }
        return whole
    }

    private mutating func endLine(with last: ArraySlice<UInt8>, in whole: inout [UInt8]) {
        whole += prefix
        // Most lines come whole, and taking nothing from nowhere takes its time, too.
        if !begun.isEmpty {
            whole += begun
            begun.removeAll(keepingCapacity: true)
        }
        whole += last
        whole.append(Self.lineEnd)
    }
}
