import Glibc
package import SystemPackage

/// Test suites that others publish, read where they lie beside the checkout and never copied.
package enum PeerSuites {
    /// The folder of one suite: under `SPOT_PEER_SUITES`, or `../shared/peer-suites` as seen from the
    /// package; nil where there is none.
    package static func folder(_ name: String) -> FilePath? {
        let root = environment("SPOT_PEER_SUITES").map { FilePath($0) } ?? besidePackage
        let folder = root.appending(name)
        return exists(folder) ? folder : nil
    }

    /// The names in a folder, sorted.
    package static func names(in folder: FilePath) -> [String] {
        guard let stream = unsafe folder.withPlatformString({ unsafe opendir($0) }) else {
            return []
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { raw in
                unsafe String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted()
    }

    private static var besidePackage: FilePath {
        var path = FilePath(#filePath)
        for _ in 0..<3 { path.removeLastComponent() }
        return path.appending("../shared/peer-suites")
    }

    private static func exists(_ path: FilePath) -> Bool {
        unsafe path.withPlatformString { unsafe access($0, R_OK) } == 0
    }

    private static func environment(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
