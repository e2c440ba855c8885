import SSHKeys
import SpotTestSupport
import SystemPackage
import Testing

/// ssh-keygen is the second party that says what a key file is.
struct PrivateKeyTests {
    private let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
    }

    private func keygen(_ arguments: [String]) throws -> String {
        let result = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(arguments)
        try #require(result.status == 0, "\(result.talk)")
        return result.output
    }

    private func made(_ options: [String]) throws -> (text: String, public: String, path: String) {
        let path = scratch("made").string
        _ = try keygen(["-q", "-N", "", "-C", "who am i", "-f", path] + options)
        return (
            String(decoding: try ScratchDirectory.read(scratch("made")), as: UTF8.self),
            String(decoding: try ScratchDirectory.read(scratch("made.pub")), as: UTF8.self), path
        )
    }

    @Test func `ssh-keygen finds the public half in a generated key`() throws {
        let key = try PrivateKey.generateEd25519(comment: "web (spot)")
        let path = try scratch.write(key.openSSHText.utf8, to: "key")
        let line = try keygen(["-y", "-f", path.string])
        #expect(line == key.publicKey.authorizedKeysLine + "\n")
    }

    @Test func `ssh-keygen prints the same fingerprint`() throws {
        let key = try PrivateKey.generateEd25519(comment: "web")
        let path = try scratch.write(key.publicKey.authorizedKeysLine.utf8, to: "key.pub")
        let shown = try keygen(["-lf", path.string])
        #expect(shown == "256 \(key.publicKey.fingerprint) web (ED25519)\n")
    }

    @Test func `two generated keys differ`() throws {
        let first = try PrivateKey.generateEd25519(comment: "")
        let second = try PrivateKey.generateEd25519(comment: "")
        #expect(first.publicKey != second.publicKey)
    }

    @Test(arguments: [
        ["-t", "ed25519"], ["-t", "ecdsa", "-b", "256"], ["-t", "ecdsa", "-b", "384"],
        ["-t", "ecdsa", "-b", "521"], ["-t", "rsa", "-b", "2048"],
        ["-t", "ecdsa", "-b", "256", "-m", "PEM"], ["-t", "rsa", "-b", "2048", "-m", "PEM"],
        ["-t", "ecdsa", "-b", "521", "-m", "PKCS8"], ["-t", "rsa", "-b", "2048", "-m", "PKCS8"],
    ])
    func `a key made by ssh-keygen is read, and written again as the same key`(
        options: [String]
    ) throws {
        let (text, line, _) = try made(options)
        let key = try PrivateKey(text: text)
        let expected = try PublicKey(line: line)
        #expect(key.publicKey == expected)
        let copy = try scratch.write(key.openSSHText.utf8, to: "copy")
        #expect(try PublicKey(line: keygen(["-y", "-f", copy.string])) == expected)
    }

    @Test func `the comment travels with the key`() throws {
        let (text, line, _) = try made(["-t", "ed25519"])
        #expect(try PrivateKey(text: text).publicKey.comment == "who am i")
        #expect(try PublicKey(line: line).authorizedKeysLine + "\n" == line)
    }

    @Test(arguments: [["-t", "ed25519"], ["-t", "rsa", "-m", "PEM"]])
    func `a key under a passphrase is told from a damaged one`(options: [String]) throws {
        let path = scratch("locked").string
        _ = try keygen(["-q", "-N", "secret", "-f", path] + options)
        let text = String(decoding: try ScratchDirectory.read(scratch("locked")), as: UTF8.self)
        let error = #expect(throws: SSHKeyError.self) { try PrivateKey(text: text) }
        #expect(error?.reason == .encrypted)
    }

    @Test func `a private key shows nothing of itself`() throws {
        let key = try PrivateKey.generateEd25519(comment: "web")
        var dumped = ""
        dump(key, to: &dumped)
        let secret = key.openSSHText.split(separator: "\n")[3]
        #expect("\(key)" == "private key of ED25519 \(key.publicKey.fingerprint)")
        for shown in ["\(key)", String(reflecting: key), dumped] {
            #expect(!shown.contains(secret))
            #expect(!shown.contains("seed"))
        }
    }

    @Test func `every cut and every flipped byte of a key file is an error or the same key`() throws
    {
        let text = try PrivateKey.generateEd25519(comment: "web").openSSHText
        let key = try PrivateKey(text: text)
        let bytes = Array(text.utf8)
        for index in bytes.indices {
            let cut = String(decoding: bytes[..<index], as: UTF8.self)
            if let read = try? PrivateKey(text: cut) { #expect(read == key) }
            var flipped = bytes
            flipped[index] ^= 0x04
            _ = try? PrivateKey(text: String(decoding: flipped, as: UTF8.self))
        }
    }

    @Test(arguments: [
        "", "hello", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
    ])
    func `what is no key is refused`(text: String) {
        let error = #expect(throws: SSHKeyError.self) { try PrivateKey(text: text) }
        #expect(error?.reason == .malformed)
    }

    @Test(arguments: [["-t", "ed25519"], ["-t", "ecdsa", "-b", "521"], ["-t", "rsa"]])
    func `a signature has the wire form that ssh-keygen accepts`(options: [String]) throws {
        let key = try PrivateKey(text: made(options).text)
        let message = Array("attack at dawn".utf8)
        let namespace = "test"
        // The envelope of `ssh-keygen -Y` (PROTOCOL.sshsig), made by hand around our signature.
        var digest = try ChildProcess("/usr/bin/sha512sum").runBlocking([], input: message).output
            .prefix(128)
        var hash: [UInt8] = []
        while let byte = UInt8(digest.prefix(2), radix: 16) {
            hash.append(byte)
            digest = digest.dropFirst(2)
        }
        var signed = WireWriter()
        signed.append(raw: "SSHSIG".utf8)
        signed.append(text: namespace)
        signed.append(text: "")
        signed.append(text: "sha512")
        signed.append(string: hash)
        var signature = WireWriter()
        signature.append(text: key.algorithm.forSigning.rawValue)
        signature.append(string: try key.signature(over: signed.bytes))
        var envelope = WireWriter()
        envelope.append(raw: "SSHSIG".utf8)
        envelope.append(uint32: 1)
        envelope.append(string: key.publicKey.blob)
        envelope.append(text: namespace)
        envelope.append(text: "")
        envelope.append(text: "sha512")
        envelope.append(string: signature.bytes)
        let base64 = try ChildProcess("/usr/bin/base64").runBlocking([], input: envelope.bytes)
            .output
        let file = try scratch.write(
            "-----BEGIN SSH SIGNATURE-----\n\(base64)-----END SSH SIGNATURE-----\n".utf8,
            to: "signature"
        )
        let result = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(
            ["-Y", "check-novalidate", "-n", namespace, "-s", file.string],
            input: message
        )
        #expect(result.status == 0, "\(result.talk)")
    }
}
