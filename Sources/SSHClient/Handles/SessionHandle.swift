internal import CLibSSH2
internal import SSHKeys
internal import SpotSupport

/// What a call to libssh2 did that may have to wait for the peer.
enum Progress {
    case done
    /// Call again with the same arguments once something has come in.
    case waiting
}

/// Owns one libssh2 session (`LIBSSH2_SESSION`), which is always non-blocking.
@safe
struct SessionHandle: ~Copyable {
    fileprivate let pointer: OpaquePointer
    /// Outlives the session, whose callbacks hold an unowned reference to it.
    let stream: SocketStream

    init(on stream: SocketStream) throws(SSHError) {
        let abstract = unsafe Unmanaged.passUnretained(stream).toOpaque()
        guard SSHLibrary.isReady,
            let pointer = unsafe libssh2_session_init_ex(nil, nil, nil, abstract)
        else { throw SSHError(.handshakeFailed, "cannot start an SSH session: out of memory") }
        unsafe self.pointer = pointer
        self.stream = stream
        unsafe libssh2_session_set_blocking(pointer, 0)
        _ = unsafe libssh2_session_callback_set(
            pointer,
            LIBSSH2_CALLBACK_SEND,
            unsafeBitCast(SSHLibrary.send, to: UnsafeMutableRawPointer.self)
        )
        _ = unsafe libssh2_session_callback_set(
            pointer,
            LIBSSH2_CALLBACK_RECV,
            unsafeBitCast(SSHLibrary.receive, to: UnsafeMutableRawPointer.self)
        )
    }

    deinit {
        stream.shut()
        _ = unsafe libssh2_session_free(pointer)
    }

    // MARK: Setting up

    /// Asks for host keys of these types, in this order.
    borrowing func prefer(hostKeys algorithms: [KeyAlgorithm]) throws(SSHError) {
        let list = algorithms.map(\.rawValue).joined(separator: ",")
        let code = unsafe libssh2_session_method_pref(pointer, LIBSSH2_METHOD_HOSTKEY, list)
        _ = try check(code, doing: "offer the host key types \(list)")
    }

    borrowing func handshake() throws(SSHError) -> Progress {
        let code = unsafe libssh2_session_handshake(pointer, stream.descriptor)
        return try check(code, doing: "agree on encryption")
    }

    /// The key that the host has proved to hold.
    borrowing func hostKey() throws(SSHError) -> PublicKey {
        var length = 0
        var type: CInt = 0
        guard let bytes = unsafe libssh2_session_hostkey(pointer, &length, &type) else {
            throw SSHError(.handshakeFailed, "cannot read the host's key: it sent none")
        }
        let blob = unsafe UnsafeRawBufferPointer(start: bytes, count: length)
        do throws(SSHKeyError) {
            return try unsafe PublicKey(blob: Array(blob))
        } catch {
            throw SSHError(.handshakeFailed, error.message, cause: error)
        }
    }

    /// Logs in with a signature of `signer`, which must be the same one at every call.
    borrowing func logIn(user: String, with signer: LoginSigner) throws(SSHError) -> Progress {
        var abstract: UnsafeMutableRawPointer? = unsafe Unmanaged.passUnretained(signer).toOpaque()
        let code = unsafe libssh2_userauth_publickey(
            pointer,
            user,
            signer.identity.loginBlob,
            signer.identity.loginBlob.count,
            SSHLibrary.sign,
            &abstract
        )
        return try check(code, doing: "log in as \(user)")
    }

    // MARK: Running

    /// Asks the peer for a sign of life (`libssh2_keepalive_send`).
    borrowing func sendKeepAlive() {
        unsafe libssh2_keepalive_config(pointer, 1, 1)
        var next: CInt = 0
        _ = unsafe libssh2_keepalive_send(pointer, &next)
    }

    /// Says goodbye, as far as that is possible without waiting.
    borrowing func sayGoodbye() {
        _ = unsafe libssh2_session_disconnect_ex(pointer, SSH_DISCONNECT_BY_APPLICATION, "bye", "")
    }

    /// A new session channel, nil while the peer has not answered.
    ///
    /// Until it has, this must be called again and for nothing else.
    borrowing func openChannel(window: UInt32) throws(SSHError) -> OpaquePointer? {
        let type = "session"
        if let channel = unsafe libssh2_channel_open_ex(
            pointer,
            type,
            UInt32(type.utf8.count),
            window,
            Self.packetSize,
            nil,
            0
        ) {
            return unsafe channel
        }
        _ = try check(unsafe libssh2_session_last_errno(pointer), doing: "open a channel")
        return nil
    }

    /// What the server may put into one packet; libssh2 refuses more than this.
    private static let packetSize: UInt32 = 32_768

    /// Frees what libssh2 allocated for us (`libssh2_free`).
    borrowing func free(_ memory: UnsafeMutableRawPointer) {
        unsafe libssh2_free(pointer, memory)
    }

    // MARK: Errors

    /// The one door for libssh2's results.
    borrowing func check(_ code: CInt, doing action: String) throws(SSHError) -> Progress {
        if code >= 0 { return .done }
        if code == LIBSSH2_ERROR_EAGAIN { return .waiting }
        throw failure(code, doing: action)
    }

    /// The failure that belongs to the last call's code.
    borrowing func failure(_ code: CInt, doing action: String) -> SSHError {
        var text: UnsafeMutablePointer<CChar>?
        _ = unsafe libssh2_session_last_error(pointer, &text, nil, 0)
        let detail = unsafe text.map { unsafe String(cString: $0) } ?? "unknown"
        return SSHError(libraryCode: code, detail: detail, doing: action, on: stream)
    }
}
