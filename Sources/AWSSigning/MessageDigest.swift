import CLibCrypto

/// SHA-256 and the codes made with it, by OpenSSL; SHA-1 only where a file's name is made of it.
package enum MessageDigest {
    private static let length = 32

    /// The SHA-256 of `message` (`EVP_Digest(3)`).
    package static func sha256(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: length)
        let isDone = unsafe EVP_Digest(message, message.count, &digest, nil, EVP_sha256(), nil)
        // It fails only where memory has run out, and no signature can be made without it.
        precondition(isDone == 1, "SHA-256 is not available")
        return digest
    }

    /// The SHA-1 of `message`, which the AWS CLI names files by.
    package static func sha1(_ message: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 20)
        let isDone = unsafe EVP_Digest(message, message.count, &digest, nil, EVP_sha1(), nil)
        precondition(isDone == 1, "SHA-1 is not available")
        return digest
    }

    /// The authentication code of `message` under `key` (`HMAC(3)` with SHA-256).
    package static func hmac(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: length)
        // Null would mean "the key of the call before", so an empty key needs an address.
        let material = key.isEmpty ? [0] : key
        let result = unsafe HMAC(
            EVP_sha256(),
            material,
            Int32(key.count),
            message,
            message.count,
            &code,
            nil
        )
        precondition(unsafe result != nil, "HMAC is not available")
        return code
    }

    /// Two lower-case digits a byte.
    package static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] },
            as: UTF8.self
        )
    }
}
