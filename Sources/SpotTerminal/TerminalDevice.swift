import Glibc
package import SystemPackage

/// The size of a terminal in character cells.
package struct TerminalSize: Hashable, Sendable {
    package let columns: Int
    package let rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}

/// A descriptor that may be a terminal, and what can be asked of it.
package struct TerminalDevice: Hashable, Sendable {
    package static let input = TerminalDevice(.standardInput)
    package static let output = TerminalDevice(.standardOutput)
    package static let talk = TerminalDevice(.standardError)

    package let descriptor: FileDescriptor

    package init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
    }

    /// `isatty(3)`.
    package var isTerminal: Bool { Glibc.isatty(descriptor.rawValue) == 1 }

    /// Nil where this is no terminal, or one that does not know its size (`TIOCGWINSZ`).
    package var size: TerminalSize? {
        var size = winsize()
        guard unsafe ioctl(descriptor.rawValue, UInt(TIOCGWINSZ), &size) == 0,
            size.ws_col > 0, size.ws_row > 0
        else { return nil }
        return TerminalSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
    }

    /// The line settings (`tcgetattr(3)`).
    func attributes() throws(TerminalError) -> termios {
        var attributes = termios()
        guard unsafe tcgetattr(descriptor.rawValue, &attributes) == 0 else {
            throw TerminalError(Errno(rawValue: errno), "read the terminal's settings")
        }
        return attributes
    }

    /// Changes the line settings once all output has gone out (`tcsetattr(3)`, `TCSADRAIN`).
    func apply(_ attributes: termios) throws(TerminalError) {
        var attributes = attributes
        guard unsafe tcsetattr(descriptor.rawValue, TCSADRAIN, &attributes) == 0 else {
            throw TerminalError(Errno(rawValue: errno), "change the terminal's settings")
        }
    }
}
