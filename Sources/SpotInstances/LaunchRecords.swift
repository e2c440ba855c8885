import FoundationEssentials
package import SSHKeys
import SpotSupport
package import SystemPackage

/// The first-boot host keys of launches whose machines were not met yet.
///
/// A key is written before EC2 is asked, so that a launch that was killed can be taken up: the machine
/// carries its name and generation in its tags, and these lead here.
package struct LaunchRecords: Sendable {
    private let directory: FilePath

    package init(directory: FilePath) {
        self.directory = directory
    }

    /// The key of an earlier try of this very launch, else `fresh`, which is kept from now on.
    ///
    /// Every try of one launch must use one key: the machine of an earlier try may exist unseen.
    package func hostKey(_ name: MachineName, generation: Int, orKeep fresh: PrivateKey) throws
        -> PrivateKey
    {
        if let key = try hostKey(name, generation: generation) { return key }
        try PrivateFile.write(fresh.openSSHText.utf8, to: path(name, generation))
        return fresh
    }

    /// The key, or nil where this computer did not launch that machine or has met it already.
    package func hostKey(_ name: MachineName, generation: Int) throws -> PrivateKey? {
        guard let bytes = try PrivateFile.read(path(name, generation)) else { return nil }
        return try? PrivateKey(text: String(decoding: bytes, as: UTF8.self))
    }

    /// Drops the key once the machine has a key of its own, or is gone.
    package func forget(_ name: MachineName, generation: Int) throws {
        try PrivateFile.delete(path(name, generation))
    }

    /// Drops the keys of all launches of the name, those included whose machines EC2 forgot.
    package func forgetAll(_ name: MachineName) throws {
        let files = try? FileManager.default.contentsOfDirectory(atPath: directory.string)
        for file in files ?? [] {
            guard let dot = file.lastIndex(of: "."), file[..<dot] == name.text,
                Int(file[dot...].dropFirst()) != nil
            else { continue }
            try PrivateFile.delete(directory.appending(file))
        }
    }

    private func path(_ name: MachineName, _ generation: Int) -> FilePath {
        directory.appending("\(name).\(generation)")
    }
}
