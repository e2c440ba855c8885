/// A command line for the login shell on the other side.
package struct RemoteCommand: Sendable {
    /// What the remote login shell is given, as it stands; the caller quotes.
    package var line: String
    /// Variables asked for beforehand (RFC 4254 §6.4).
    ///
    /// Servers take few of them (`AcceptEnv`) and refusals are ignored, so what must arrive belongs
    /// into the line.
    package var environment: [(name: String, value: String)]
    /// A terminal on the other side; standard error then comes with standard output.
    package var terminal: TerminalRequest?

    package init(
        _ line: String,
        environment: [(name: String, value: String)] = [],
        terminal: TerminalRequest? = nil
    ) {
        self.line = line
        self.environment = environment
        self.terminal = terminal
    }
}

/// What kind of terminal the other side should think it has.
package struct TerminalRequest: Sendable {
    /// The value of `TERM`.
    package var type: String
    package var size: WindowSize

    package init(type: String, size: WindowSize) {
        self.type = type
        self.size = size
    }
}

/// A terminal's size in characters.
package struct WindowSize: Sendable, Hashable {
    package var columns: Int
    package var rows: Int

    package init(columns: Int, rows: Int) {
        self.columns = columns
        self.rows = rows
    }
}
