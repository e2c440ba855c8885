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
    mutating func append(_ piece: some Collection<UInt8>) -> [UInt8] {
        var whole: [UInt8] = []
        var rest = piece[...]
        while let end = rest.firstIndex(of: Self.lineEnd) {
            begun += rest[..<end]
            whole += takeLine()
            rest = rest[rest.index(after: end)...]
        }
        begun += rest
        while begun.count > Self.longest {
            let more = begun[Self.longest...]
            begun.removeSubrange(Self.longest...)
            whole += takeLine()
            begun += more
        }
        return whole
    }

    /// The last line where it has no end; it gets one.
    mutating func finish() -> [UInt8] {
        begun.isEmpty ? [] : takeLine()
    }

    private mutating func takeLine() -> [UInt8] {
        defer { begun.removeAll(keepingCapacity: true) }
        return prefix + begun + [Self.lineEnd]
    }
}
