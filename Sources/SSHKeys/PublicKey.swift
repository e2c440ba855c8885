internal import FoundationEssentials
internal import SpotSupport

/// The public half of a key, equal to another when its key is, whatever the comment.
package struct PublicKey: Sendable {
    package let algorithm: KeyAlgorithm
    /// The wire form (RFC 4253 §6.6), which begins with the algorithm's name.
    package let blob: [UInt8]
    package let comment: String

    /// A key in wire form.
    /// - Throws: `SSHKeyError` when the bytes do not begin with an algorithm's name.
    package init(blob: [UInt8], comment: String = "") throws(SSHKeyError) {
        var reader = WireReader(blob)
        guard let name = reader.text(), Self.isAlgorithmName(name), !reader.isAtEnd else {
            throw SSHKeyError(.malformed, "cannot read the public key: it has no known form")
        }
        self.init(algorithm: KeyAlgorithm(name), trustedBlob: blob, comment: comment)
    }

    /// Reads one line as it stands in `id_ed25519.pub`, or in `authorized_keys` without options:
    /// type, base64, comment.
    /// - Throws: `SSHKeyError` when it is no such line or names another type than the key has.
    package init(line: String) throws(SSHKeyError) {
        let words = line.split(
            maxSplits: 2,
            omittingEmptySubsequences: true,
            whereSeparator: \.isWhitespace
        )
        guard words.count >= 2, let data = Data(base64Encoded: String(words[1])) else {
            throw SSHKeyError(
                .malformed,
                "cannot read the public key line: it is not 'type base64 comment'"
            )
        }
        let comment = words.count > 2 ? words[2].trimmed : ""
        try self.init(blob: Array(data), comment: comment)
        guard algorithm.rawValue == words[0] else {
            throw SSHKeyError(
                .malformed,
                "cannot read the public key line: it says \(words[0]) and holds \(algorithm)"
            )
        }
    }

    init(algorithm: KeyAlgorithm, trustedBlob blob: [UInt8], comment: String) {
        self.algorithm = algorithm
        self.blob = blob
        self.comment = comment
    }

    /// As `ssh-keygen -lf` prints it.
    package var fingerprint: Fingerprint { Fingerprint(of: blob) }

    /// One line for `authorized_keys`, for a `.pub` file and for EC2's `ImportKeyPair`; without a
    /// line end.
    package var authorizedKeysLine: String {
        let text = Data(blob).base64EncodedString()
        return comment.isEmpty ? "\(algorithm) \(text)" : "\(algorithm) \(text) \(comment)"
    }

    private static func isAlgorithmName(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= 64 && name.utf8.allSatisfy { (33...126).contains($0) }
    }
}

extension PublicKey: Hashable {
    package static func == (left: PublicKey, right: PublicKey) -> Bool { left.blob == right.blob }

    package func hash(into hasher: inout Hasher) { hasher.combine(blob) }
}

extension PublicKey: CustomStringConvertible {
    package var description: String { "\(algorithm.shortName) \(fingerprint)" }
}
