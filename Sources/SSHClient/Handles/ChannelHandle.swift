internal import CLibSSH2

/// Owns one libssh2 channel (`LIBSSH2_CHANNEL`).
///
/// It holds the connection, so the session it belongs to cannot go first.
@safe
struct ChannelHandle: ~Copyable {
    /// Which of a channel's two ways from the other side.
    enum Stream: CInt {
        case output = 0
        case errors = 1
    }

    /// What a read found.
    enum Reading {
        case bytes(Int)
        case nothingYet
        case end
    }

    private let pointer: OpaquePointer
    private let connection: Connection

    /// Takes over what `SessionHandle.openChannel` opened.
    init(owning pointer: OpaquePointer, of connection: Connection) {
        unsafe self.pointer = pointer
        self.connection = connection
    }

    /// Where the peer has not yet closed its side, the session frees the channel at its own end.
    deinit {
        _ = unsafe libssh2_channel_free(pointer)
    }

    // MARK: Requests

    /// A refusal is no error.
    borrowing func setVariable(_ name: String, to value: String) throws(SSHError) -> Progress {
        let code = unsafe libssh2_channel_setenv_ex(
            pointer,
            name,
            UInt32(name.utf8.count),
            value,
            UInt32(value.utf8.count)
        )
        if code == LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED { return .done }
        return try connection.session.check(code, doing: "set \(name) on the other side")
    }

    borrowing func requestTerminal(_ terminal: TerminalRequest) throws(SSHError) -> Progress {
        let modes = TerminalModes.standard
        let code = unsafe modes.withUnsafeBytes { buffer in
            unsafe libssh2_channel_request_pty_ex(
                pointer,
                terminal.type,
                UInt32(terminal.type.utf8.count),
                buffer.assumingMemoryBound(to: CChar.self).baseAddress,
                UInt32(buffer.count),
                CInt(terminal.size.columns),
                CInt(terminal.size.rows),
                0,
                0
            )
        }
        return try connection.session.check(code, doing: "get a terminal on the other side")
    }

    /// Starts what the channel is for: "shell", "exec" or "subsystem".
    borrowing func start(_ request: String, _ message: String?) throws(SSHError) -> Progress {
        let code = unsafe libssh2_channel_process_startup(
            pointer,
            request,
            UInt32(request.utf8.count),
            message,
            UInt32(message?.utf8.count ?? 0)
        )
        return try connection.session.check(code, doing: "start the remote \(request)")
    }

    borrowing func resizeTerminal(to size: WindowSize) throws(SSHError) -> Progress {
        let code = unsafe libssh2_channel_request_pty_size_ex(
            pointer,
            CInt(size.columns),
            CInt(size.rows),
            0,
            0
        )
        return try connection.session.check(code, doing: "tell the terminal's new size")
    }

    // MARK: Data

    borrowing func read(_ stream: Stream, into buffer: UnsafeMutableRawBufferPointer)
        throws(SSHError) -> Reading
    {
        let count = unsafe libssh2_channel_read_ex(
            pointer,
            stream.rawValue,
            buffer.assumingMemoryBound(to: CChar.self).baseAddress,
            buffer.count
        )
        if count > 0 { return .bytes(count) }
        if count < 0 {
            _ = try connection.session.check(CInt(count), doing: "read from the channel")
            return .nothingYet
        }
        return unsafe libssh2_channel_eof(pointer) == 1 ? .end : .nothingYet
    }

    /// Answers how many bytes were taken: none while the peer's window is shut or too much waits to
    /// be sent.
    borrowing func write(_ bytes: UnsafeRawBufferPointer) throws(SSHError) -> Int {
        guard connection.stream.hasRoom else { return 0 }
        let count = unsafe libssh2_channel_write_ex(
            pointer,
            0,
            bytes.assumingMemoryBound(to: CChar.self).baseAddress,
            bytes.count
        )
        if count >= 0 { return count }
        _ = try connection.session.check(CInt(count), doing: "write to the channel")
        return 0
    }

    borrowing func sendEnd() throws(SSHError) -> Progress {
        try connection.session.check(
            unsafe libssh2_channel_send_eof(pointer),
            doing: "end the input of the channel"
        )
    }

    // MARK: The end

    /// Waits for the peer's close, after its end.
    borrowing func waitClosed() throws(SSHError) -> Progress {
        try connection.session.check(
            unsafe libssh2_channel_wait_closed(pointer),
            doing: "see the channel closed"
        )
    }

    /// Closes from this side; done when the peer has done so too.
    borrowing func close() throws(SSHError) -> Progress {
        try connection.session.check(
            unsafe libssh2_channel_close(pointer),
            doing: "close the channel"
        )
    }

    /// How the remote command ended; meaningful once the peer has closed the channel.
    ///
    /// A server that closes it without saying how looks like status 0: libssh2 does not tell the two
    /// apart. OpenSSH always says, and a connection that ends first is an error before we get here.
    var exit: RemoteExit {
        var name: UnsafeMutablePointer<CChar>?
        var length = 0
        _ = unsafe libssh2_channel_get_exit_signal(pointer, &name, &length, nil, nil, nil, nil)
        if let name = unsafe name {
            let text = unsafe String(
                decoding: UnsafeRawBufferPointer(start: name, count: length),
                as: UTF8.self
            )
            unsafe connection.session.free(name)
            return .signal(text)
        }
        return .status(unsafe libssh2_channel_get_exit_status(pointer))
    }
}

/// Terminal modes for the other side (RFC 4254 §8): what differs from its defaults.
enum TerminalModes {
    /// IUTF8 (RFC 8160), so that erasing takes whole characters; then the end mark.
    static let standard: [UInt8] = [42, 0, 0, 0, 1, 0]
}
