import Glibc
package import SSHKeys
import SpotSupport
package import SystemPackage

/// The private keys on this computer, one a machine, as OpenSSH files of mode 0600.
package struct KeyStore: Sendable {
    package let directory: FilePath

    package init(directory: FilePath) {
        self.directory = directory
    }

    package func path(for name: MachineName) -> FilePath {
        directory.appending(name.text)
    }

    /// The machine's key, or nil where this computer has none.
    /// - Throws: `GeneralFailure` that names the file when it holds no key that we can use.
    package func key(for name: MachineName) throws -> KeyFile? {
        let path = path(for: name)
        guard let bytes = try PrivateFile.read(path) else { return nil }
        let publicHalf = try Self.publicHalf(beside: path)
        do {
            return try KeyFile(
                text: String(decoding: bytes, as: UTF8.self),
                publicHalf: publicHalf
            )
        } catch {
            throw GeneralFailure(
                .broken,
                "cannot use the private key \(path)",
                hint: "move that file away to have a new key made",
                cause: error
            )
        }
    }

    /// The machine's key, made and written on the first call; an existing file is never replaced.
    package func keyOrNew(for name: MachineName) throws -> KeyFile {
        if let key = try key(for: name) { return key }
        let key = try PrivateKey.generateEd25519(comment: "spot:\(name)")
        do {
            try PrivateFile.create(key.openSSHText.utf8, at: path(for: name))
        } catch {
            guard error.errno == .fileExists else { throw error }
            // Another spot made it in this very moment: that one counts.
            guard let theirs = try self.key(for: name) else { throw error }
            return theirs
        }
        try writePublicHalf(of: key.publicKey, name)
        return .open(key)
    }

    /// The file that the machine's key is read from, which is the person's own where it was adopted.
    package func origin(of name: MachineName) -> FilePath {
        let path = path(for: name)
        return unsafe path.withPlatformString { name in
            guard let absolute = unsafe realpath(name, nil) else { return path }
            defer { unsafe free(absolute) }
            return unsafe FilePath(platformString: absolute)
        }
    }

    /// The public half is for people and for `ssh -i`; whatever bears its name already stays.
    private func writePublicHalf(of key: PublicKey, _ name: MachineName) throws {
        let path = publicPath(for: name)
        let line = Array((key.authorizedKeysLine + "\n").utf8)
        do {
            try PrivateFile.create(line, at: path)
        } catch {
            guard error.errno == .fileExists else { throw error }
            guard try PrivateFile.read(path) != line else { return }
            throw GeneralFailure(
                .conflict,
                "cannot write \(path): there is another file of that name",
                hint: "move that file away"
            )
        }
    }

    private static func publicHalf(beside path: FilePath) throws -> String? {
        try PrivateFile.read(FilePath(path.string + ".pub")).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    /// A key of the person's own.
    ///
    /// It may be under a passphrase, or only the public half of one that an ssh-agent holds.
    /// - Throws: `GeneralFailure` of kind `usage` where the file holds no key that we can use.
    @discardableResult
    package func read(_ file: FilePath) throws -> KeyFile {
        guard let bytes = try PrivateFile.read(file) else {
            throw GeneralFailure(.usage, "cannot use the key \(file): there is no such file")
        }
        let publicHalf = try Self.publicHalf(beside: file)
        do {
            return try KeyFile(
                text: String(decoding: bytes, as: UTF8.self),
                publicHalf: publicHalf
            )
        } catch {
            throw GeneralFailure(
                .usage,
                "cannot use the key \(file): \(error.message)",
                hint: error.hint?.replacing("FILE", with: ShellQuoting.quote(file.string))
            )
        }
    }

    /// Makes the person's own key the machine's, by a symbolic link: the key stays where it is.
    /// - Throws: `GeneralFailure`: `usage` where the file holds no key that we can use, `conflict` where
    ///   the machine has another key already.
    package func adopt(_ file: FilePath, for name: MachineName, journal: LaunchJournal) throws {
        let theirs = try read(file)
        if let known = try key(for: name) {
            guard known.publicKey != theirs.publicKey else { return }
            throw GeneralFailure(
                .conflict,
                "cannot use the key \(file) for \(name): the machine has another one already",
                hint: "'spot terminate \(name)' first, or leave the key out"
            )
        }
        try PrivateFile.makeDirectory(directory)
        journal.note { $0.hasMadeKey = true }
        try PrivateFile.link(to: file, at: path(for: name))
        // Not every locked file says what its public half is, and nobody is to be asked for that.
        if case .locked = theirs { try writePublicHalf(of: theirs.publicKey, name) }
    }

    /// Whether there is a file for the machine's key, whatever it holds.
    package func holdsKey(for name: MachineName) throws -> Bool {
        try PrivateFile.read(path(for: name)) != nil
    }

    /// Forgets the machine's key wherever it is in use; harmless where there is none.
    package func delete(_ name: MachineName) throws {
        // The public half first: one that outlived its key would be in the way of the next.
        try PrivateFile.delete(publicPath(for: name))
        try PrivateFile.delete(path(for: name))
        try PrivateFile.delete(recordPath(for: name))
    }

    private func publicPath(for name: MachineName) -> FilePath {
        directory.appending("\(name.text).pub")
    }
}
