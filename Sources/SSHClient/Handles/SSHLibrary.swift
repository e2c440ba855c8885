internal import CLibSSH2
internal import Glibc

/// libssh2 as a whole: its start, and the functions it calls back.
enum SSHLibrary {
    /// Initialised once in a process; safe to ask from any thread.
    static let isReady: Bool = libssh2_init(0) == 0

    typealias Send =
        @convention(c) (
            CInt, UnsafeRawPointer?, Int, CInt, UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> Int

    typealias Receive =
        @convention(c) (
            CInt, UnsafeMutableRawPointer?, Int, CInt,
            UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> Int

    typealias Sign =
        @convention(c) (
            OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?,
            UnsafeMutablePointer<Int>?, UnsafePointer<UInt8>?, Int,
            UnsafeMutablePointer<UnsafeMutableRawPointer?>?
        ) -> CInt

    /// `LIBSSH2_CALLBACK_SEND`.
    static var send: Send {
        { _, bytes, count, _, abstract in
            guard let context = unsafe abstract?.pointee else { return -Int(EINVAL) }
            let stream = unsafe Unmanaged<SocketStream>.fromOpaque(context).takeUnretainedValue()
            return unsafe stream.take(UnsafeRawBufferPointer(start: bytes, count: count))
        }
    }

    /// `LIBSSH2_CALLBACK_RECV`.
    static var receive: Receive {
        { _, buffer, count, _, abstract in
            guard let context = unsafe abstract?.pointee else { return -Int(EINVAL) }
            let stream = unsafe Unmanaged<SocketStream>.fromOpaque(context).takeUnretainedValue()
            return unsafe stream.give(UnsafeMutableRawBufferPointer(start: buffer, count: count))
        }
    }

    /// The signing callback of `libssh2_userauth_publickey`, which frees the signature.
    static var sign: Sign {
        { _, signature, length, bytes, count, abstract in
            guard let context = unsafe abstract?.pointee else { return -1 }
            let signer = unsafe Unmanaged<LoginSigner>.fromOpaque(context).takeUnretainedValue()
            let message = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
            guard let made = signer.signature(over: message),
                let copy = unsafe malloc(made.count)
            else { return -1 }
            unsafe copy.copyMemory(from: made, byteCount: made.count)
            unsafe signature?.pointee = copy.assumingMemoryBound(to: UInt8.self)
            unsafe length?.pointee = made.count
            return 0
        }
    }
}

/// One login's signer, which keeps what went wrong while libssh2 was between it and us.
final class LoginSigner {
    let identity: SSHIdentity
    private(set) var failure: SSHError?

    init(_ identity: SSHIdentity) {
        self.identity = identity
    }

    func signature(over message: [UInt8]) -> [UInt8]? {
        do throws(SSHError) {
            return try identity.sign(message)
        } catch {
            failure = error
            return nil
        }
    }
}
