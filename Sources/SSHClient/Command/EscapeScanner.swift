/// Finds ssh's escapes in what a person types: `~` straight after a line end.
struct EscapeScanner {
    /// What a piece of typing means.
    struct Result: Equatable {
        /// What goes to the other side.
        var bytes: [UInt8] = []
        var wantsToLeave = false
        var wantsExplanation = false
    }

    static let explanation = """
        Supported escape sequences:\r
         ~.   - leave; the machine keeps running\r
         ~?   - this message\r
         ~~   - send the escape character by typing it twice\r
        (Escapes are recognised only straight after a line end.)\r\n
        """

    private enum State {
        case lineStart
        case middle
        /// After a `~` that has not been passed on.
        case tilde
    }

    private static let tilde = UInt8(ascii: "~")
    private var state = State.lineStart

    mutating func scan(_ typed: some Sequence<UInt8>) -> Result {
        var result = Result()
        for byte in typed {
            switch (state, byte) {
            case (.lineStart, Self.tilde):
                state = .tilde
            case (.tilde, UInt8(ascii: ".")):
                result.wantsToLeave = true
                return result
            case (.tilde, UInt8(ascii: "?")):
                result.wantsExplanation = true
                state = .lineStart
            case (.tilde, Self.tilde):
                result.bytes.append(byte)
                state = .middle
            case (.tilde, _):
                result.bytes += [Self.tilde, byte]
                state = Self.state(after: byte)
            case (_, _):
                result.bytes.append(byte)
                state = Self.state(after: byte)
            }
        }
        return result
    }

    private static func state(after byte: UInt8) -> State {
        byte == UInt8(ascii: "\r") || byte == UInt8(ascii: "\n") ? .lineStart : .middle
    }
}
