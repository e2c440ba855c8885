import Foundation

/// Where the package's own files are.
package enum PackageRoot {
    /// The folder that holds Package.swift.
    package static let path: String = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path()

    /// A product of the build that these tests belong to: it lies beside the test bundle.
    package static func product(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
            .deletingLastPathComponent().appending(path: name).path()
    }
}
