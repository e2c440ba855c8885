import AWSSigning
import FoundationEssentials
package import SpotSupport
package import SystemPackage

/// Keeps the sessions of roles between commands, one private file each, so that nobody is asked for
/// a code at every command.
package struct RoleSessionStore: Sendable {
    /// A session is used as long as more than this is left of it.
    private static let margin: Duration = .seconds(900)

    private let directory: FilePath
    private let time: any TimeSource

    package init(directory: FilePath, time: any TimeSource) {
        self.directory = directory
        self.time = time
    }

    /// The session under `key`; nil where there is none that lasts, or its file makes no sense.
    func session(_ key: [String]) -> AWSCredentials? {
        guard let credentials = read(file(key)), let end = credentials.expiration,
            end.timeIntervalSince(time.now) > Self.margin.seconds
        else { return nil }
        return credentials
    }

    func keep(_ credentials: AWSCredentials, under key: [String]) throws {
        let document = try JSONCodec.encode(CredentialDocument(credentials))
        try PrivateFile.write(document, to: file(key))
    }

    /// Removes the session under `key` if it is the one that AWS refused.
    func forget(_ refused: AWSCredentials, under key: [String]) throws(SystemCallError) {
        let path = file(key)
        guard read(path)?.accessKeyID == refused.accessKeyID else { return }
        try PrivateFile.delete(path)
    }

    private func read(_ path: FilePath) -> AWSCredentials? {
        guard let bytes = (try? PrivateFile.read(path)).flatMap(\.self) else { return nil }
        return try? CredentialDocument(reading: bytes)?.credentials(isTemporary: true)
    }

    /// Named by a hash of whatever the session depends on.
    private func file(_ key: [String]) -> FilePath {
        let text = key.map { "\($0.utf8.count):\($0)" }.joined()
        let hash = MessageDigest.hexadecimal(MessageDigest.sha256(Array(text.utf8)))
        return directory.appending("\(hash).json")
    }
}
