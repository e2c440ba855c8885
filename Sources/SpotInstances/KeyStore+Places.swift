package import SSHKeys
import SpotSupport
import SystemPackage

// One key serves every machine of its name, in whatever region and account: a record beside it says
// where it is in use, so that removing one machine does not lock the others.
extension KeyStore {
    /// What `claim` found and made.
    package struct Claim: Sendable {
        package let key: KeyFile
        package let isNewKey: Bool
        package let isNewPlace: Bool
    }

    /// The machine's key, made where there is none, and noted as in use at `place`.
    package func claim(_ name: MachineName, for place: KeyPlace) async throws -> Claim {
        try await exclusively(name) {
            let isNewKey = try key(for: name) == nil
            // What is noted of a key that is gone says nothing of the next one.
            var places = isNewKey ? [] : try places(of: name)
            let isNewPlace = places.insert(place).inserted
            // First: a key without its record would be deleted too early, a record without a key never.
            if isNewPlace { try write(places, of: name) }
            return Claim(key: try keyOrNew(for: name), isNewKey: isNewKey, isNewPlace: isNewPlace)
        }
    }

    /// Takes `place` out of the record and, where no other is left, deletes the key.
    /// - Parameter isDisposable: Whether the key may be deleted at all.
    /// - Returns: The places that are left, in order.
    package func release(
        _ name: MachineName,
        from place: KeyPlace,
        isDisposable: Bool = true
    ) async throws -> [KeyPlace] {
        try await exclusively(name) {
            let left = try places(of: name).subtracting([place])
            if left.isEmpty, isDisposable { try delete(name) } else { try write(left, of: name) }
            return left.sorted()
        }
    }

    /// Where the key is in use, as far as this computer has noted it.
    package func places(of name: MachineName) throws -> Set<KeyPlace> {
        guard let bytes = try PrivateFile.read(recordPath(for: name)) else { return [] }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        return Set(lines.compactMap { KeyPlace(line: $0) })
    }

    private func write(_ places: Set<KeyPlace>, of name: MachineName) throws {
        guard !places.isEmpty else { return try PrivateFile.delete(recordPath(for: name)) }
        let text = places.sorted().map { $0.line + "\n" }.joined()
        try PrivateFile.write(text.utf8, to: recordPath(for: name))
    }

    /// No machine's name begins with a dot.
    func recordPath(for name: MachineName) -> FilePath {
        directory.appending(".\(name.text).places")
    }

    private func exclusively<Value>(_ name: MachineName, _ body: () throws -> Value) async throws
        -> Value
    {
        let path = directory.appending(".\(name.text).lock")
        let waiter = Waiter(
            for: "another spot to be done with the key of \(name)",
            limit: .seconds(10),
            backoff: Backoff(first: .milliseconds(10), ceiling: .milliseconds(200)),
            time: SystemTime()
        )
        return try await waiter.holding(
            { () throws(SystemCallError) -> FileLock? in try FileLock.tryLock(path) },
            whileWaiting: {},
            body
        )
    }
}
