internal import CLibSSH2
internal import SpotSupport
internal import SystemPackage

extension SSHError {
    /// The failure that a libssh2 code stands for.
    init(libraryCode code: Int32, detail: String, doing action: String, on stream: SocketStream) {
        let reason = Self.reason(of: code)
        let cause: String
        switch reason {
        case .connectionLost:
            self.init(reason, "the connection was lost: \(stream.lossCause)", libraryCode: code)
            return
        case .noCommonAlgorithm:
            cause = "the server and we have no algorithm in common"
        case .authenticationRefused:
            cause = "the server refused the key"
        default:
            cause = detail.prefix(1).lowercased() + detail.dropFirst()
        }
        self.init(reason, "cannot \(action): \(cause)", libraryCode: code)
    }

    private static func reason(of code: Int32) -> Reason {
        switch code {
        case LIBSSH2_ERROR_SOCKET_SEND, LIBSSH2_ERROR_SOCKET_DISCONNECT,
            LIBSSH2_ERROR_SOCKET_RECV, LIBSSH2_ERROR_SOCKET_NONE, LIBSSH2_ERROR_BAD_SOCKET,
            LIBSSH2_ERROR_BANNER_RECV, LIBSSH2_ERROR_BANNER_SEND:
            .connectionLost
        case LIBSSH2_ERROR_KEX_FAILURE: .noCommonAlgorithm
        case LIBSSH2_ERROR_KEY_EXCHANGE_FAILURE, LIBSSH2_ERROR_HOSTKEY_INIT,
            LIBSSH2_ERROR_HOSTKEY_SIGN, LIBSSH2_ERROR_METHOD_NONE,
            LIBSSH2_ERROR_METHOD_NOT_SUPPORTED:
            .handshakeFailed
        case LIBSSH2_ERROR_AUTHENTICATION_FAILED, LIBSSH2_ERROR_PUBLICKEY_UNVERIFIED:
            .authenticationRefused
        case LIBSSH2_ERROR_TIMEOUT, LIBSSH2_ERROR_SOCKET_TIMEOUT: .timedOut
        case LIBSSH2_ERROR_CHANNEL_FAILURE: .channelRefused
        case LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED, LIBSSH2_ERROR_REQUEST_DENIED: .requestRefused
        default: .protocolViolation
        }
    }
}
