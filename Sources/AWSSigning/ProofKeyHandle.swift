internal import CLibCrypto

/// Owns a private key on the curve P-256, which proves who asks (ES256 of RFC 7518).
@safe
package struct ProofKeyHandle: ~Copyable {
    private static let numberLength = 32

    /// Of the public point, without leading zeros taken away.
    package let x: [UInt8]
    package let y: [UInt8]
    private let pointer: OpaquePointer

    /// Reads unencrypted PEM (`PEM_read_bio_PrivateKey`); nil where it holds no such key.
    package init?(pem text: String) {
        guard let pointer = unsafe Self.read(Array(text.utf8)) else { return nil }
        guard let point = unsafe Self.point(of: pointer) else {
            unsafe EVP_PKEY_free(pointer)
            return nil
        }
        x = Array(point[1...Self.numberLength])
        y = Array(point[(Self.numberLength + 1)...])
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Both numbers of the signature, one after the other (`EVP_DigestSign` with SHA-256).
    package borrowing func sign(_ message: [UInt8]) -> [UInt8]? {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var length = 256
        var signature = [UInt8](repeating: 0, count: length)
        guard
            unsafe EVP_DigestSignInit_ex(context, nil, "SHA256", nil, nil, pointer, nil) == 1,
            unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        else {
            ERR_clear_error()
            return nil
        }
        return Self.numbers(ofDER: signature.prefix(length))
    }

    private static func read(_ pem: [UInt8]) -> OpaquePointer? {
        let source = unsafe pem.withUnsafeBytes { buffer in
            let source = unsafe BIO_new(BIO_s_mem())
            _ = unsafe BIO_write(source, buffer.baseAddress, Int32(buffer.count))
            return unsafe source
        }
        defer { unsafe BIO_free(source) }
        let key = unsafe PEM_read_bio_PrivateKey(source, nil, { _, _, _, _ in 0 }, nil)
        if unsafe key == nil { ERR_clear_error() }
        return unsafe key
    }

    /// The public point, uncompressed; nil for a key of another kind or curve.
    private static func point(of key: OpaquePointer) -> [UInt8]? {
        var name = [CChar](repeating: 0, count: 32)
        var length = 0
        guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1,
            String(decoding: name.prefix(length).map(UInt8.init(bitPattern:)), as: UTF8.self)
                == "prime256v1"
        else {
            ERR_clear_error()
            return nil
        }
        var point = [UInt8](repeating: 0, count: 2 * numberLength + 1)
        let got = unsafe EVP_PKEY_get_octet_string_param(
            key,
            OSSL_PKEY_PARAM_PUB_KEY,
            &point,
            point.count,
            &length
        )
        guard got == 1, length == point.count, point[0] == 4 else {
            ERR_clear_error()
            return nil
        }
        return point
    }

    /// Turns OpenSSL's form, a short sequence of two integers, into numbers of fixed length.
    private static func numbers(ofDER der: ArraySlice<UInt8>) -> [UInt8]? {
        var rest = der.dropFirst(2)
        var numbers: [UInt8] = []
        for _ in 0..<2 {
            guard rest.count > 2, rest.removeFirst() == 0x02 else { return nil }
            let count = Int(rest.removeFirst())
            let digits = rest.prefix(count).drop { $0 == 0 }
            guard rest.count >= count, digits.count <= numberLength else { return nil }
            numbers += [UInt8](repeating: 0, count: numberLength - digits.count) + digits
            rest = rest.dropFirst(count)
        }
        return numbers
    }
}
