import SpotSupport

/// `fs-…`.
package struct FileSystemID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `fsmt-…`.
package struct MountTargetID: Identifier {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}
