import FoundationEssentials
import SystemPackage

/// The package's own files, for tests that hold what is built in against what is in the repository.
enum PackageFolder {
    private static var root: FilePath {
        FilePath(#filePath).removingLastComponent().removingLastComponent().removingLastComponent()
    }

    /// The names of the files in a folder of the package.
    static func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: root.appending(folder).string)
    }
}
