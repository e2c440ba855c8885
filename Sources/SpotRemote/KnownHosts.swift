package import SSHKeys
package import SpotSupport
package import SystemPackage

/// The host keys of our machines, pinned by instance id.
///
/// A file of our own in OpenSSH's known_hosts format, so that `ssh` with `HostKeyAlias` reads the same
/// pins. Instance ids are never reused, public addresses are: hence no addresses in it.
package struct KnownHosts: Sendable {
    package let path: FilePath
    private let time: any TimeSource
    private static let patience = Duration.seconds(10)

    package init(path: FilePath, time: any TimeSource) {
        self.path = path
        self.time = time
    }

    /// The keys pinned for this host; none for a host that was never met.
    /// - Throws: `GeneralFailure` that names the line when the file is not what we wrote.
    package func keys(of host: String) throws -> [PublicKey] {
        try entries().filter { $0.host == host }.map(\.key)
    }

    /// Makes `keys` the only pins of `host`; an empty list forgets it.
    package func pin(_ keys: [PublicKey], for host: String) async throws {
        let lock = try await exclusively()
        let others = try entries().filter { $0.host != host }
        let all = others + keys.map { Entry(host: host, key: $0) }
        let text = all.map { "\($0.host) \($0.key.knownHostsFields)\n" }.joined()
        try PrivateFile.write(text.utf8, to: path)
        _ = consume lock
    }

    private struct Entry {
        let host: String
        let key: PublicKey
    }

    private func entries() throws -> [Entry] {
        guard let bytes = try PrivateFile.read(path) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self)
            .split(separator: "\n", omittingEmptySubsequences: false)
        return try lines.enumerated().compactMap { number, line in
            if line.isEmpty || line.hasPrefix("#") { return nil }
            let fields = line.split(separator: " ", maxSplits: 1)
            guard fields.count == 2, let key = try? PublicKey(line: String(fields[1]))
            else {
                throw GeneralFailure(
                    .broken,
                    "cannot read line \(number + 1) of \(path): it is not a host key",
                    hint: "repair or remove that line"
                )
            }
            return Entry(host: String(fields[0]), key: key)
        }
    }

    private func exclusively() async throws -> FileLock {
        let lockPath = FilePath(path.string + ".lock")
        let deadline = Deadline(in: Self.patience, of: time)
        while true {
            if let lock = try FileLock.tryLock(lockPath) { return lock }
            guard !deadline.hasPassed else {
                throw WaitTimedOut(
                    subject: "another spot to release \(lockPath)",
                    limit: Self.patience
                )
            }
            try await time.sleep(for: .milliseconds(50))
        }
    }
}

extension PublicKey {
    /// Type and blob without the comment.
    fileprivate var knownHostsFields: String {
        authorizedKeysLine.split(separator: " ").prefix(2).joined(separator: " ")
    }
}
