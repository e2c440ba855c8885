package import SystemPackage

/// The terminal in front of the person, which the caller has put into raw mode.
package struct InteractiveTerminal: Sendable {
    package var input: FileDescriptor
    package var output: FileDescriptor
    /// The value of `TERM` on the other side.
    package var type: String
    /// The size now; called at the start and after each resize, on the session's thread.
    package var size: @Sendable () -> WindowSize
    /// Becomes readable when the size has changed; what stands in it is read away.
    package var resizes: FileDescriptor?
    /// Whether `~.`, `~?` and `~~` after a line end mean us, as with ssh.
    package var hasEscapes: Bool

    package init(
        input: FileDescriptor,
        output: FileDescriptor,
        type: String,
        resizes: FileDescriptor? = nil,
        hasEscapes: Bool = true,
        size: @escaping @Sendable () -> WindowSize
    ) {
        self.input = input
        self.output = output
        self.type = type
        self.resizes = resizes
        self.hasEscapes = hasEscapes
        self.size = size
    }
}

/// How an interactive session ended.
package enum InteractiveEnd: Sendable, Hashable {
    case exited(RemoteExit)
    /// The person typed `~.`.
    case left
}
