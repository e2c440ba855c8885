internal import CLibCrypto

/// OpenBSD's `bcrypt_pbkdf`, by which OpenSSH makes a cipher's key of a passphrase.
enum BcryptKeyDerivation {
    /// More rounds than anybody uses would only keep us busy; a key file may name any number.
    static let maximumRounds: UInt32 = 4096

    private static let blockSize = 32
    private static let plainText = Array("OxychromaticBlowfishSwatDynamite".utf8)

    static func key(
        of passphrase: Passphrase,
        salt: [UInt8],
        rounds: UInt32,
        count: Int
    ) throws(SSHKeyError) -> [UInt8] {
        let secret = SHA512Digest.of(passphrase.bytes)
        let blockCount = (count + blockSize - 1) / blockSize
        var key = [UInt8](repeating: 0, count: count)
        for block in 0..<blockCount {
            var counted = WireWriter()
            counted.append(raw: salt)
            counted.append(uint32: UInt32(block + 1))
            let bytes = try self.block(secret, SHA512Digest.of(counted.bytes), rounds)
            // The blocks' bytes alternate in the key.
            for (index, byte) in bytes.enumerated() where index * blockCount + block < count {
                key[index * blockCount + block] = byte
            }
        }
        return key
    }

    private static func block(
        _ secret: [UInt8],
        _ salt: [UInt8],
        _ rounds: UInt32
    ) throws(SSHKeyError) -> [UInt8] {
        var last = try hash(secret, salt)
        var mixed = last
        for _ in 1..<max(rounds, 2) where rounds > 1 {
            last = try hash(secret, SHA512Digest.of(last))
            for index in mixed.indices { mixed[index] ^= last[index] }
        }
        return mixed
    }

    private static func hash(_ secret: [UInt8], _ salt: [UInt8]) throws(SSHKeyError) -> [UInt8] {
        let (secret, salt) = (words(secret), words(salt))
        var state = try BlowfishState()
        state.expand(key: secret, salt: salt)
        for _ in 0..<64 {
            state.expand(key: salt)
            state.expand(key: secret)
        }
        var text = words(plainText)
        for _ in 0..<64 { state.encipher(&text) }
        return text.flatMap { word in
            (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32($0 * 8)) }
        }
    }

    private static func words(_ bytes: [UInt8]) -> [UInt32] {
        stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}

/// One-shot SHA-512.
private enum SHA512Digest {
    static func of(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Int(SHA512_DIGEST_LENGTH))
        _ = unsafe SHA512(bytes, bytes.count, &digest)
        return digest
    }
}
