package import SpotSupport

/// A file server's status number (draft-ietf-secsh-filexfer-02 §7).
package struct SFTPStatus: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt32

    package init(rawValue: UInt32) {
        self.rawValue = rawValue
    }

    package static let ok = SFTPStatus(rawValue: 0)
    package static let endOfFile = SFTPStatus(rawValue: 1)
    package static let noSuchFile = SFTPStatus(rawValue: 2)
    package static let permissionDenied = SFTPStatus(rawValue: 3)
    /// Everything without a number of its own: the file exists, the disk is full, it is a directory.
    package static let failure = SFTPStatus(rawValue: 4)
    package static let badMessage = SFTPStatus(rawValue: 5)
    package static let noConnection = SFTPStatus(rawValue: 6)
    package static let connectionLost = SFTPStatus(rawValue: 7)
    package static let unsupported = SFTPStatus(rawValue: 8)

    package var failureKind: FailureKind {
        switch self {
        case .noSuchFile: .notFound
        case .permissionDenied: .denied
        default: .broken
        }
    }

    /// The end of a message: "… : no such file".
    var text: String {
        switch self {
        case .ok: "success"
        case .endOfFile: "end of file"
        case .noSuchFile: "no such file or directory"
        case .permissionDenied: "permission denied"
        case .failure: "the server says only that it failed"
        case .unsupported: "the server cannot do that"
        default: "status \(rawValue)"
        }
    }
}
