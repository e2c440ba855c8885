internal import CLibCrypto

/// Owns one OpenSSL key (`EVP_PKEY`).
@safe
struct KeyHandle: ~Copyable {
    private let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer?, doing action: String) throws(SSHKeyError) {
        guard let pointer = unsafe pointer else {
            ERR_clear_error()
            throw SSHKeyError(.cryptography, "cannot \(action): OpenSSL refused")
        }
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    static func generateEd25519() throws(SSHKeyError) -> KeyHandle {
        let context = unsafe EVP_PKEY_CTX_new_from_name(nil, "ED25519", nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        if unsafe EVP_PKEY_keygen_init(context) == 1 {
            _ = unsafe EVP_PKEY_generate(context, &made)
        }
        return try unsafe KeyHandle(owning: made, doing: "make an ed25519 key")
    }

    /// Reads PEM (`PEM_read_bio_PrivateKey`); it never asks for a passphrase.
    init(pem text: String, passphrase: Passphrase?) throws(SSHKeyError) {
        let bytes = Array(text.utf8)
        let source = unsafe bytes.withUnsafeBytes { buffer in
            let source = unsafe BIO_new(BIO_s_mem())
            _ = unsafe BIO_write(source, buffer.baseAddress, Int32(buffer.count))
            return unsafe source
        }
        defer { unsafe BIO_free(source) }
        // Without a function to ask, OpenSSL takes this for the passphrase up to its zero byte.
        var secret = (passphrase?.bytes ?? []) + [0]
        let read = unsafe secret.withUnsafeMutableBytes { secret in
            unsafe PEM_read_bio_PrivateKey(source, nil, nil, secret.baseAddress)
        }
        guard unsafe read != nil else {
            ERR_clear_error()
            throw SSHKeyError(.malformed, "cannot read the private key: its PEM is damaged")
        }
        try unsafe self.init(owning: read, doing: "read the private key")
    }

    init(_ material: KeyMaterial) throws(SSHKeyError) {
        switch material {
        case .ed25519(let seed, _):
            let made = unsafe EVP_PKEY_new_raw_private_key_ex(
                nil,
                "ED25519",
                nil,
                seed,
                seed.count
            )
            try unsafe self.init(owning: made, doing: "use the ed25519 key")
        case .ecdsa:
            try self.init(der: material.der(remainders: ([], [])))
        case .rsa(let numbers):
            try self.init(der: material.der(remainders: BigNumber.chineseRemainders(numbers)))
        }
    }

    private init(der: [UInt8]?) throws(SSHKeyError) {
        let der = der ?? []
        let made = unsafe der.withUnsafeBufferPointer { buffer in
            var cursor = buffer.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &cursor, buffer.count)
        }
        try unsafe self.init(owning: made, doing: "use the private key")
    }

    /// Signs (`EVP_DigestSign`); `digest` is nil where the algorithm has its own.
    borrowing func sign(_ message: [UInt8], digest: String?) throws(SSHKeyError) -> [UInt8] {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var length = 0
        guard
            unsafe EVP_DigestSignInit_ex(context, nil, digest, nil, nil, pointer, nil) == 1,
            unsafe EVP_DigestSign(context, nil, &length, message, message.count) == 1
        else { throw Self.refused("sign") }
        var signature = [UInt8](repeating: 0, count: length)
        guard
            unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        else { throw Self.refused("sign") }
        return Array(signature.prefix(length))
    }

    /// The key's numbers.
    borrowing func material() throws(SSHKeyError) -> KeyMaterial {
        if unsafe EVP_PKEY_is_a(pointer, "ED25519") == 1 {
            return .ed25519(
                seed: try unsafe raw(count: 32) { key, bytes, count in
                    unsafe EVP_PKEY_get_raw_private_key(key, bytes, count)
                },
                point: try unsafe raw(count: 32) { key, bytes, count in
                    unsafe EVP_PKEY_get_raw_public_key(key, bytes, count)
                }
            )
        }
        if unsafe EVP_PKEY_is_a(pointer, "EC") == 1 { return try ecdsaMaterial() }
        if unsafe EVP_PKEY_is_a(pointer, "RSA") == 1 { return try rsaMaterial() }
        let name = unsafe EVP_PKEY_get0_type_name(pointer).map { unsafe String(cString: $0) }
        throw SSHKeyError.unsupported(type: name ?? "unknown")
    }

    private borrowing func ecdsaMaterial() throws(SSHKeyError) -> KeyMaterial {
        var name = [CChar](repeating: 0, count: 64)
        var length = 0
        guard unsafe EVP_PKEY_get_group_name(pointer, &name, name.count, &length) == 1 else {
            throw Self.refused("read the private key")
        }
        let group = String(
            decoding: name.prefix(length).map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        guard let curve = EllipticCurve(groupName: group) else {
            throw SSHKeyError.unsupported(type: "ECDSA on \(group)")
        }
        var point = [UInt8](repeating: 0, count: 200)
        let got = unsafe EVP_PKEY_get_octet_string_param(
            pointer,
            OSSL_PKEY_PARAM_PUB_KEY,
            &point,
            point.count,
            &length
        )
        guard got == 1 else { throw Self.refused("read the private key") }
        return .ecdsa(
            curve,
            point: Array(point.prefix(length)),
            scalar: try number(OSSL_PKEY_PARAM_PRIV_KEY)
        )
    }

    private borrowing func rsaMaterial() throws(SSHKeyError) -> KeyMaterial {
        .rsa(
            RSANumbers(
                modulus: try number(OSSL_PKEY_PARAM_RSA_N),
                exponent: try number(OSSL_PKEY_PARAM_RSA_E),
                privateExponent: try number(OSSL_PKEY_PARAM_RSA_D),
                firstPrime: try number("rsa-factor1"),
                secondPrime: try number("rsa-factor2"),
                coefficient: try number("rsa-coefficient1")
            )
        )
    }

    private borrowing func raw(
        count: Int,
        _ body: (OpaquePointer, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>) -> Int32
    ) throws(SSHKeyError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var length = count
        guard unsafe body(pointer, &bytes, &length) == 1, length == count else {
            throw Self.refused("read the private key")
        }
        return bytes
    }

    private borrowing func number(_ name: String) throws(SSHKeyError) -> [UInt8] {
        var value: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(pointer, name, &value) == 1 else {
            throw Self.refused("read the private key")
        }
        defer { unsafe BN_clear_free(value) }
        var bytes = [UInt8](repeating: 0, count: Int(unsafe BN_num_bits(value) + 7) / 8)
        _ = unsafe BN_bn2bin(value, &bytes)
        return bytes
    }

    private static func refused(_ action: String) -> SSHKeyError {
        ERR_clear_error()
        return SSHKeyError(.cryptography, "cannot \(action): OpenSSL refused")
    }
}
