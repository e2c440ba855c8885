package import SystemPackage

/// Where a remote command's standard input comes from.
package enum InputSource: Sendable {
    /// Nothing: the end comes at once.
    case none
    case bytes([UInt8])
    /// Read as the other side takes it, to the end; it is neither closed nor made non-blocking.
    case descriptor(FileDescriptor)
}

/// Where a remote command's output goes.
package enum OutputSink: Sendable {
    case discard
    /// Written as fast as it takes it; a slow reader slows the remote command, not the session.
    case descriptor(FileDescriptor)
    /// Called in order on the session's thread; it must not wait.
    case handler(@Sendable (ArraySlice<UInt8>) -> Void)
}

/// A remote command that has ended, with all it said.
package struct CapturedOutput: Sendable {
    package let exit: RemoteExit
    package let output: [UInt8]
    package let errors: [UInt8]

    /// The output as text; what is not UTF-8 is replaced.
    package var text: String { String(decoding: output, as: UTF8.self) }
    package var errorText: String { String(decoding: errors, as: UTF8.self) }
}
