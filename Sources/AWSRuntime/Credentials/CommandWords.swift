/// A command line taken apart as a POSIX shell does it, and nothing more: no variables, no patterns,
/// no substitution.
enum CommandWords {
    /// Nil where a quotation is not closed or nothing follows a backslash.
    static func split(_ line: String) -> [String]? {
        var splitter = Splitter()
        for scalar in line.unicodeScalars { splitter.read(scalar) }
        return splitter.finish()
    }

    private struct Splitter {
        private enum State: Equatable {
            case between
            case plain
            case quoted(Unicode.Scalar)
            /// After a backslash; what follows belongs to the state before it.
            indirect case escaped(State)
        }

        private var words: [String] = []
        private var word = String.UnicodeScalarView()
        private var state = State.between

        mutating func read(_ scalar: Unicode.Scalar) {
            switch state {
            case .between, .plain:
                readPlain(scalar)
            case .quoted(let mark) where scalar == mark:
                state = .plain
            case .quoted("\"") where scalar == "\\":
                state = .escaped(.quoted("\""))
            case .quoted:
                word.append(scalar)
            case .escaped(let outer):
                // Between double quotes a backslash stands for itself before anything else.
                if outer == .quoted("\""), scalar != "\"", scalar != "\\" { word.append("\\") }
                word.append(scalar)
                state = outer
            }
        }

        mutating func finish() -> [String]? {
            if state == .plain { end() }
            return state == .between ? words : nil
        }

        private mutating func readPlain(_ scalar: Unicode.Scalar) {
            switch scalar {
            case " ", "\t", "\r", "\n":
                if state == .plain { end() }
            case "'", "\"":
                state = .quoted(scalar)
            case "\\":
                state = .escaped(.plain)
            default:
                word.append(scalar)
                state = .plain
            }
        }

        private mutating func end() {
            words.append(String(word))
            word = String.UnicodeScalarView()
            state = .between
        }
    }
}
