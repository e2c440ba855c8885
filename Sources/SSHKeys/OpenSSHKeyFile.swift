internal import FoundationEssentials
internal import SpotSupport

/// OpenSSH's private key file (`PROTOCOL.key` in its sources): "openssh-key-v1".
enum OpenSSHKeyFile {
    private static let head = "-----BEGIN OPENSSH PRIVATE KEY-----"
    private static let tail = "-----END OPENSSH PRIVATE KEY-----"
    private static let magic = Array("openssh-key-v1\0".utf8)
    private static let lineWidth = 70
    /// The padding unit of the cipher "none".
    private static let blockSize = 8

    static func isArmour(_ text: String) -> Bool {
        text.trimmed.hasPrefix(head)
    }

    // MARK: Writing

    static func encode(_ key: PrivateKey) -> String {
        var writer = WireWriter()
        writer.append(raw: magic)
        writer.append(text: "none")
        writer.append(text: "none")
        writer.append(text: "")
        writer.append(uint32: 1)
        writer.append(string: key.publicKey.blob)
        writer.append(string: privateSection(key))
        let text = Data(writer.bytes).base64EncodedString()
        var lines = [head]
        var rest = text[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(lineWidth)))
            rest = rest.dropFirst(lineWidth)
        }
        return (lines + [tail]).joined(separator: "\n") + "\n"
    }

    private static func privateSection(_ key: PrivateKey) -> [UInt8] {
        var writer = WireWriter()
        // Two equal numbers tell that a passphrase fits. Made from the key, they let one key have one
        // text, which user data must have to be sent again unchanged.
        let check = SHA256Digest.of(key.publicKey.blob).prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
        writer.append(uint32: check)
        writer.append(uint32: check)
        writer.append(text: key.algorithm.rawValue)
        switch key.material {
        case .ed25519(let seed, let point):
            writer.append(string: point)
            writer.append(string: seed + point)
        case .ecdsa(let curve, let point, let scalar):
            writer.append(text: curve.rawValue)
            writer.append(string: point)
            writer.append(unsigned: scalar)
        case .rsa(let numbers):
            writer.append(unsigned: numbers.modulus)
            writer.append(unsigned: numbers.exponent)
            writer.append(unsigned: numbers.privateExponent)
            writer.append(unsigned: numbers.coefficient)
            writer.append(unsigned: numbers.firstPrime)
            writer.append(unsigned: numbers.secondPrime)
        }
        writer.append(text: key.publicKey.comment)
        var filler: UInt8 = 1
        while writer.bytes.count % blockSize != 0 {
            writer.append(byte: filler)
            filler += 1
        }
        return writer.bytes
    }

    // MARK: Reading

    static func decode(_ text: String, passphrase: Passphrase?) throws(SSHKeyError) -> PrivateKey {
        let envelope = try Envelope(body(of: text))
        let key = try decode(section: envelope.section(under: passphrase)[...])
        guard key.publicKey.blob == envelope.publicBlob else {
            throw malformed("its public half belongs to another key")
        }
        return key
    }

    /// The public half, which stands outside what the passphrase protects.
    static func publicKey(in text: String) throws(SSHKeyError) -> PublicKey {
        try PublicKey(blob: Envelope(body(of: text)).publicBlob)
    }

    /// The file without its frame.
    private struct Envelope {
        let publicBlob: [UInt8]
        private let cipher: String
        private let derivation: String
        private let derivationOptions: [UInt8]
        private let section: [UInt8]

        init(_ bytes: [UInt8]) throws(SSHKeyError) {
            var file = WireReader(bytes)
            guard let start = file.raw(magic.count), start.elementsEqual(magic),
                let cipher = file.text(), let derivation = file.text(),
                let derivationOptions = file.string(), let count = file.uint32(),
                let publicBlob = file.string()
            else { throw malformed("its structure is damaged") }
            guard count == 1, let section = file.string() else {
                throw malformed("it holds \(count) keys instead of one")
            }
            self.publicBlob = Array(publicBlob)
            self.cipher = cipher
            self.derivation = derivation
            self.derivationOptions = Array(derivationOptions)
            self.section = Array(section)
        }

        func section(under passphrase: Passphrase?) throws(SSHKeyError) -> [UInt8] {
            if cipher == "none", derivation == "none" { return section }
            guard let passphrase else { throw .encrypted }
            guard let cipher = KeyFileCipher(rawValue: cipher), derivation == "bcrypt" else {
                throw SSHKeyError(
                    .unsupported,
                    "cannot use the private key: its protection by \(cipher) and \(derivation) "
                        + "is not supported",
                    hint: "give it to an ssh-agent with: ssh-add FILE"
                )
            }
            var options = WireReader(derivationOptions)
            guard let salt = options.string(), let rounds = options.uint32(),
                (1...BcryptKeyDerivation.maximumRounds).contains(rounds),
                section.count.isMultiple(of: KeyFileCipher.blockSize)
            else { throw malformed("its protection is damaged") }
            let secrets = try BcryptKeyDerivation.key(
                of: passphrase,
                salt: Array(salt),
                rounds: rounds,
                count: cipher.keySize + KeyFileCipher.blockSize
            )
            let plain = try cipher.decrypt(section, secrets: secrets)
            // Two equal numbers tell that the passphrase fits.
            guard plain.prefix(4) == plain.dropFirst(4).prefix(4) else { throw .wrongPassphrase }
            return plain
        }
    }

    private static func body(of text: String) throws(SSHKeyError) -> [UInt8] {
        let lines = text.split(whereSeparator: \.isNewline).map(\.trimmed)
        guard let first = lines.firstIndex(of: head), let last = lines.firstIndex(of: tail),
            first < last,
            let data = Data(base64Encoded: lines[(first + 1)..<last].joined())
        else { throw malformed("its frame or its base64 is damaged") }
        return Array(data)
    }

    private static func decode(section: ArraySlice<UInt8>) throws(SSHKeyError) -> PrivateKey {
        var reader = WireReader(section)
        guard let check = reader.uint32(), reader.uint32() == check, let name = reader.text() else {
            throw malformed("its check numbers differ")
        }
        guard let material = try material(named: name, from: &reader),
            let comment = reader.text(), isPadding(reader.remaining)
        else { throw malformed("its private section is damaged") }
        return PrivateKey(material, comment: comment)
    }

    private static func material(
        named name: String,
        from reader: inout WireReader
    ) throws(SSHKeyError) -> KeyMaterial? {
        switch KeyAlgorithm(name) {
        case .ed25519:
            guard let point = reader.string(), let pair = reader.string(),
                point.count == 32, pair.count == 64, pair.suffix(32).elementsEqual(point)
            else { return nil }
            return .ed25519(seed: Array(pair.prefix(32)), point: Array(point))
        case .ecdsaP256, .ecdsaP384, .ecdsaP521:
            guard let curve = reader.text().flatMap(EllipticCurve.init(rawValue:)),
                curve.algorithm.rawValue == name,
                let point = reader.string(), let scalar = reader.unsigned()
            else { return nil }
            return .ecdsa(curve, point: Array(point), scalar: scalar)
        case .rsa:
            guard let modulus = reader.unsigned(), let exponent = reader.unsigned(),
                let privateExponent = reader.unsigned(), let coefficient = reader.unsigned(),
                let firstPrime = reader.unsigned(), let secondPrime = reader.unsigned()
            else { return nil }
            return .rsa(
                RSANumbers(
                    modulus: modulus,
                    exponent: exponent,
                    privateExponent: privateExponent,
                    firstPrime: firstPrime,
                    secondPrime: secondPrime,
                    coefficient: coefficient
                )
            )
        default:
            throw SSHKeyError.unsupported(type: name)
        }
    }

    private static func isPadding(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.elementsEqual(
            (1...(bytes.count + 1)).dropLast().map { UInt8(truncatingIfNeeded: $0) }
        )
    }

    private static func malformed(_ why: String) -> SSHKeyError {
        SSHKeyError(.malformed, "cannot read the private key: \(why)")
    }
}

extension SSHKeyError {
    static func unsupported(type: String) -> SSHKeyError {
        SSHKeyError(
            .unsupported,
            "cannot use the private key: keys of type \(type) are not supported",
            hint: "make one that is with: ssh-keygen -t ed25519"
        )
    }
}
