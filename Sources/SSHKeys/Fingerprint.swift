internal import CLibCrypto
internal import FoundationEssentials
internal import SpotSupport

/// The digest by which people and cloud consoles name a public key: `SHA256:…`, as `ssh-keygen -lf`
/// prints it.
package struct Fingerprint: Identifier {
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    /// The fingerprint of a public key's wire form.
    package init(of blob: [UInt8]) {
        let text = Data(SHA256Digest.of(blob)).base64EncodedString()
        rawValue = "SHA256:" + text.prefix { $0 != "=" }
    }
}

/// One-shot SHA-256.
enum SHA256Digest {
    static func of(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        _ = unsafe SHA256(bytes, bytes.count, &digest)
        return digest
    }
}
