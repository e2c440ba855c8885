internal import CLibCrypto

/// The key-dependent tables of Blowfish, as bcrypt fills them (Provos and Mazières, "A Future-Adaptable
/// Password Scheme", 1999).
struct BlowfishState {
    private static let roundCount = 16
    /// One subkey a round and two for the end, then four substitution boxes.
    private static let subkeyCount = roundCount + 2
    private static let wordCount = subkeyCount + 4 * 256

    /// The fraction of π, by which Blowfish begins.
    private static let beginning: Result<[UInt32], SSHKeyError> = Result {
        () throws(SSHKeyError) in
        try BigNumber.fractionOfPi(wordCount: wordCount)
    }

    private var words: [UInt32]

    init() throws(SSHKeyError) {
        words = try Self.beginning.get()
    }

    /// Mixes in a key and, where there is one, a salt.
    mutating func expand(key: [UInt32], salt: [UInt32] = [0]) {
        for index in 0..<Self.subkeyCount { words[index] ^= key[index % key.count] }
        unsafe words.withUnsafeMutableBufferPointer { words in
            var left: UInt32 = 0
            var right: UInt32 = 0
            for index in stride(from: 0, to: Self.wordCount, by: 2) {
                left ^= salt[index % salt.count]
                right ^= salt[(index + 1) % salt.count]
                unsafe Self.encipher(&left, &right, UnsafeBufferPointer(words))
                unsafe words[index] = left
                unsafe words[index + 1] = right
            }
        }
    }

    /// Enciphers each pair of words.
    func encipher(_ text: inout [UInt32]) {
        unsafe words.withUnsafeBufferPointer { words in
            for index in stride(from: 0, to: text.count - 1, by: 2) {
                var (left, right) = (text[index], text[index + 1])
                unsafe Self.encipher(&left, &right, words)
                (text[index], text[index + 1]) = (left, right)
            }
        }
    }

    @inline(__always)
    private static func encipher(
        _ left: inout UInt32,
        _ right: inout UInt32,
        _ words: UnsafeBufferPointer<UInt32>
    ) {
        var (a, b) = (left, right)
        var round = 0
        while round < roundCount {
            unsafe a ^= words[round]
            let first = unsafe words[subkeyCount + Int(a >> 24)]
            let second = unsafe words[subkeyCount + 256 + Int(a >> 16 & 0xFF)]
            let third = unsafe words[subkeyCount + 512 + Int(a >> 8 & 0xFF)]
            let fourth = unsafe words[subkeyCount + 768 + Int(a & 0xFF)]
            b ^= ((first &+ second) ^ third) &+ fourth
            (a, b) = (b, a)
            round += 1
        }
        unsafe left = b ^ words[roundCount + 1]
        unsafe right = a ^ words[roundCount]
    }
}

extension BigNumber {
    /// The first bits after π's binary point, by Machin's formula: π/4 = 4 arctan 1/5 − arctan 1/239.
    static func fractionOfPi(wordCount: Int) throws(SSHKeyError) -> [UInt32] {
        let guardBits = 64
        let bits = Int32(wordCount * 32 + guardBits)
        let pi = try arctangent(ofOneOver: 5, bits: bits, times: 16)
        pi.subtract(try arctangent(ofOneOver: 239, bits: bits, times: 4))
        let bytes = pi.lowBytes(bits: bits, dropping: Int32(guardBits), count: wordCount * 4)
        return stride(from: 0, to: bytes.count, by: 4).map { start in
            bytes[start..<start + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
    }
}
