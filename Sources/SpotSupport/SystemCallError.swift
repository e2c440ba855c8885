package import SystemPackage

/// A failed system call on a file or directory.
package struct SystemCallError: Failure {
    package let errno: Errno
    /// What was tried: "write the private key to /home/…".
    package let action: String

    package init(_ errno: Errno, _ action: String) {
        self.errno = errno
        self.action = action
    }

    package var kind: FailureKind {
        switch errno {
        case .noSuchFileOrDirectory: .notFound
        // `.denied` is for what AWS denies.
        default: .broken
        }
    }

    package var message: String { "cannot \(action): \(errno.description.lowercased())" }
}
