package import SpotSupport
package import SystemPackage

/// What to send.
package enum UploadSource: Sendable {
    /// A file, a symbolic link or a whole directory. A link named here is followed, links inside a
    /// directory are kept.
    case path(FilePath)
    /// Everything that comes from a descriptor, for `-`; the destination must name the file.
    case stream(FileDescriptor)
}

/// Where to put what is fetched.
package enum DownloadTarget: Sendable {
    case path(FilePath)
    /// A descriptor, for `-`: one plain file goes there.
    case stream(FileDescriptor)
}

/// How far a transfer is.
package struct TransferProgress: Sendable, Hashable {
    package var files = 0
    package var bytes: UInt64 = 0
    /// As many as are known by now; while a remote tree is still being listed, it grows.
    package var expectedFiles = 0
    package var expectedBytes: UInt64 = 0
    package var isComplete = false

    package init() {}
}

/// What a transfer did.
package struct TransferReport: Sendable {
    /// Files that arrived whole.
    package var files = 0
    package var directories = 0
    package var links = 0
    /// Content that arrived, in bytes.
    package var bytes: UInt64 = 0
    /// What was left out or failed, with its reason, in the order in which it was met; everything else
    /// arrived.
    package var problems: [PartialFailure.Item] = []

    package init() {}

    /// All that was tried.
    package var total: Int { files + directories + links + problems.count }
}
