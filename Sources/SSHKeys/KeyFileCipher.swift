internal import CLibCrypto

/// The ciphers that `ssh-keygen -Z` puts over a private key and that people have.
enum KeyFileCipher: String {
    case aes256Counter = "aes256-ctr"
    case aes192Counter = "aes192-ctr"
    case aes128Counter = "aes128-ctr"
    case aes256Chained = "aes256-cbc"
    case aes192Chained = "aes192-cbc"
    case aes128Chained = "aes128-cbc"

    static let blockSize = 16

    /// In bytes.
    var keySize: Int {
        switch self {
        case .aes256Counter, .aes256Chained: 32
        case .aes192Counter, .aes192Chained: 24
        case .aes128Counter, .aes128Chained: 16
        }
    }

    /// OpenSSL's name for it.
    private var name: String {
        let mode =
            switch self {
            case .aes256Counter, .aes192Counter, .aes128Counter: "CTR"
            case .aes256Chained, .aes192Chained, .aes128Chained: "CBC"
            }
        return "AES-\(keySize * 8)-\(mode)"
    }

    /// - Parameter secrets: The key, then the initial vector.
    func decrypt(_ text: [UInt8], secrets: [UInt8]) throws(SSHKeyError) -> [UInt8] {
        let cipher = unsafe EVP_CIPHER_fetch(nil, name, nil)
        defer { unsafe EVP_CIPHER_free(cipher) }
        let context = unsafe EVP_CIPHER_CTX_new()
        defer { unsafe EVP_CIPHER_CTX_free(context) }
        let (key, vector) = (Array(secrets[..<keySize]), Array(secrets[keySize...]))
        var plain = [UInt8](repeating: 0, count: text.count + Self.blockSize)
        var count: Int32 = 0
        guard unsafe EVP_DecryptInit_ex2(context, cipher, key, vector, nil) == 1,
            unsafe EVP_CIPHER_CTX_set_padding(context, 0) == 1,
            unsafe EVP_DecryptUpdate(context, &plain, &count, text, Int32(text.count)) == 1,
            Int(count) == text.count
        else {
            ERR_clear_error()
            throw SSHKeyError(.cryptography, "cannot decrypt the private key: OpenSSL refused")
        }
        return Array(plain.prefix(Int(count)))
    }
}
