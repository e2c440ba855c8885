import AWSRuntime
import Glibc
import SpotSupport
import SystemPackage

/// A home directory with an `.aws` folder, gone after the test.
struct TemporaryHome: ~Copyable {
    let path: FilePath

    /// A file of the folder is made for each text that is given.
    init(config: String? = nil, credentials: String? = nil) throws {
        path = FilePath("/tmp/spot-home-\(UInt64.random(in: 0 ... .max))")
        let folder = path.appending(".aws")
        try PrivateFile.makeDirectory(folder)
        if let config { try PrivateFile.write(config.utf8, to: folder.appending("config")) }
        if let credentials {
            try PrivateFile.write(credentials.utf8, to: folder.appending("credentials"))
        }
    }

    deinit {
        let folder = path.appending(".aws")
        for name in ["config", "credentials", "other"] {
            _ = unsafe folder.appending(name).withPlatformString { unsafe unlink($0) }
        }
        _ = unsafe folder.withPlatformString { unsafe rmdir($0) }
        _ = unsafe path.withPlatformString { unsafe rmdir($0) }
    }

    func settings(
        _ environment: [String: String] = [:],
        profileFlag: String? = nil
    ) throws -> AWSSettings {
        try AWSSettings(
            environment: environment,
            homeDirectory: path,
            profileFlag: profileFlag
        )
    }
}
