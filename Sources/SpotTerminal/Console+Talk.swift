import SpotSupport

// Data, for standard output.
extension Console {
    /// Prints one line of data.
    ///
    /// On a terminal, control characters are made visible; to a pipe or file
    /// the text goes as it is.
    package func data(_ line: String) {
        emit(traits.outputIsTerminal ? line.printableLines : line, to: .output)
    }

    /// Prints a value as one line of JSON with sorted keys and ISO-8601 times.
    ///
    /// Throws `EncodingError` for a value JSON cannot hold, such as an infinite number.
    package func data(json value: some Encodable) throws {
        let line = try JSONLine.bytes(of: value)
        try? write(line, to: .output)
    }

    /// Prints the table as `traits` ask for it: aligned on a terminal, tab-separated elsewhere.
    package func data(table: Table) {
        let lines =
            traits.outputIsTerminal
            ? table.aligned(
                in: columns(of: .output) ?? Table.usualWidth,
                hasColour: traits.outputHasColour
            )
            : table.tabSeparated()
        for line in lines { emit(line, to: .output) }
    }
}

// Talk, for standard error. Everything is made printable here; `--quiet` leaves warnings and errors.
extension Console {
    /// Says one line without a prefix.
    package func talk(_ line: String, style: TextStyle = .plain) {
        guard traits.verbosity > .quiet else { return }
        emit(style.applied(to: line.printableLines, where: traits.talkHasColour), to: .talk)
    }

    /// Says a value as one line of JSON: the events of a stream under `--json`.
    package func talk(json value: some Encodable) {
        guard traits.verbosity > .quiet, let line = try? JSONLine.bytes(of: value) else { return }
        try? write(line, to: .talk)
    }

    /// `spot: …`: something the person should know.
    package func notice(_ text: String) {
        guard traits.verbosity > .quiet else { return }
        say(text, label: nil, style: .plain)
    }

    /// `spot: …`: why something was decided; with `--verbose` only.
    package func detail(_ text: @autoclosure () -> String) {
        guard traits.verbosity >= .verbose else { return }
        say(text(), label: nil, style: .dim)
    }

    /// `spot: …`: a single step of the machinery; with `-vv` only.
    package func debug(_ text: @autoclosure () -> String) {
        guard traits.verbosity >= .debug else { return }
        say(text(), label: nil, style: .dim)
    }

    /// `spot: warning: …`.
    package func warning(_ text: String) { say(text, label: "warning", style: .yellow) }

    /// `spot: hint: …`: a command that would help.
    package func hint(_ text: String) { say(text, label: "hint", style: .cyan) }

    /// `spot: error: …`, then the hint, then, with `--verbose`, the request and the causes.
    package func report(_ error: any Error) {
        let report = FailureReport(error)
        say(report.message, label: "error", style: .red)
        if let hint = report.hint { self.hint(hint) }
        for cause in report.causes { detail("cause: \(cause)") }
        if let request = report.requestID { detail("request: \(request)") }
    }

    private func say(_ text: String, label: String?, style: TextStyle) {
        let lines = text.printableLines.split(separator: "\n", omittingEmptySubsequences: true)
        let isColoured = traits.talkHasColour
        let head = label.map { style.applied(to: "\($0):", where: isColoured) + " " } ?? ""
        let first = lines.first.map(String.init) ?? ""
        let said = label == nil ? style.applied(to: first, where: isColoured) : first
        emit(
            (["spot: \(head)\(said)"] + lines.dropFirst().map { "  \($0)" })
                .joined(separator: "\n"),
            to: .talk
        )
    }
}

extension Console {
    /// A failure to write is kept by the console and thrown by `checkDelivery()`.
    private func emit(_ line: String, to stream: ConsoleStream) {
        try? write(Array("\(line)\n".utf8), to: stream)
    }
}
