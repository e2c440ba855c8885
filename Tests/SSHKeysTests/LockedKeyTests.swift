import SSHKeys
import SpotTestSupport
import SystemPackage
import Testing

/// Key files under a passphrase, as ssh-keygen makes them.
struct LockedKeyTests {
    private let scratch: ScratchDirectory

    init() throws {
        scratch = try ScratchDirectory()
    }

    /// A file that takes little work to unlock.
    private func made(_ options: [String]) throws -> (text: String, publicHalf: String) {
        let arguments = ["-q", "-N", "correct horse", "-a", "2", "-f", scratch("key").string]
        let result = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(arguments + options)
        try #require(result.status == 0, "\(result.talk)")
        return (
            String(decoding: try ScratchDirectory.read(scratch("key")), as: UTF8.self),
            String(decoding: try ScratchDirectory.read(scratch("key.pub")), as: UTF8.self)
        )
    }

    private func locked(_ text: String, _ publicHalf: String?) throws -> LockedKey {
        guard case .locked(let key) = try KeyFile(text: text, publicHalf: publicHalf) else {
            throw Errno.invalidArgument
        }
        return key
    }

    @Test(arguments: [
        ["-t", "ed25519"], ["-t", "ecdsa", "-b", "256"], ["-t", "ecdsa", "-b", "521"],
        ["-t", "rsa", "-b", "2048"], ["-t", "ed25519", "-Z", "aes128-ctr"],
        ["-t", "ed25519", "-Z", "aes192-cbc"], ["-t", "ed25519", "-Z", "aes256-cbc"],
    ])
    func `an OpenSSH key shows its public half and opens to its passphrase only`(
        options: [String]
    ) throws {
        let (text, line) = try made(options)
        let key = try locked(text, nil)
        #expect(try key.publicKey == PublicKey(line: line))
        #expect(try key.unlocked(with: Passphrase("correct horse")).publicKey == key.publicKey)
        let error = #expect(throws: SSHKeyError.self) {
            try key.unlocked(with: Passphrase("battery staple"))
        }
        #expect(error?.reason == .wrongPassphrase)
    }

    @Test(arguments: [
        ["-t", "rsa", "-b", "2048", "-m", "PEM"], ["-t", "ecdsa", "-b", "256", "-m", "PEM"],
        ["-t", "rsa", "-b", "2048", "-m", "PKCS8"], ["-t", "ecdsa", "-b", "384", "-m", "PKCS8"],
    ])
    func `a PEM key needs its public half beside it`(options: [String]) throws {
        let (text, line) = try made(options)
        let absent = #expect(throws: SSHKeyError.self) { try KeyFile(text: text) }
        #expect(absent?.hint?.contains("ssh-keygen -y") == true)
        let key = try locked(text, line)
        #expect(try key.unlocked(with: Passphrase("correct horse")).publicKey == key.publicKey)
        let error = #expect(throws: SSHKeyError.self) {
            try key.unlocked(with: Passphrase("battery staple"))
        }
        #expect(error?.reason == .wrongPassphrase)
    }

    @Test func `the public half of another key beside a locked one is noticed`() throws {
        let other = try PrivateKey.generateEd25519(comment: "").publicKey.authorizedKeysLine
        let key = try locked(made(["-t", "rsa", "-m", "PEM"]).text, other)
        let error = #expect(throws: SSHKeyError.self) {
            try key.unlocked(with: Passphrase("correct horse"))
        }
        #expect(error?.reason == .malformed)
    }

    @Test func `a cipher that nobody has is named`() throws {
        let (text, _) = try made(["-t", "ed25519", "-Z", "chacha20-poly1305@openssh.com"])
        let key = try locked(text, nil)
        let error = #expect(throws: SSHKeyError.self) {
            try key.unlocked(with: Passphrase("correct horse"))
        }
        #expect(error?.reason == .unsupported)
        #expect(error?.message.contains("chacha20-poly1305@openssh.com") == true)
    }

    @Test func `a public line is a key whose other half is elsewhere`() throws {
        let (_, line) = try made(["-t", "ed25519"])
        #expect(try KeyFile(text: line) == .publicHalf(PublicKey(line: line)))
    }

    @Test func `a passphrase shows itself to nobody`() {
        let secret = Passphrase("correct horse")
        var dumped = ""
        dump(secret, to: &dumped)
        for shown in ["\(secret)", String(reflecting: secret), dumped] {
            #expect(!shown.contains("correct") && !shown.contains("99"))
        }
    }
}
