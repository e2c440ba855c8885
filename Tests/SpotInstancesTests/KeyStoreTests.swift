import Foundation
import SSHKeys
import SpotInstances
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct KeyStoreTests {
    private let scratch: ScratchDirectory
    private let keys: KeyStore
    private let name: MachineName

    init() throws {
        scratch = try ScratchDirectory()
        keys = KeyStore(directory: scratch("keys"))
        name = try MachineName("web")
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test func `a new key is an OpenSSH file for its owner alone`() throws {
        let key = try keys.keyOrNew(for: name)
        #expect(key.publicKey.algorithm == .ed25519)
        #expect(try mode(keys.path(for: name).string) == 0o600)
        #expect(try mode(scratch("keys").string) == 0o700)
        let text = String(decoding: try ScratchDirectory.read(keys.path(for: name)), as: UTF8.self)
        #expect(text.hasPrefix("-----BEGIN OPENSSH PRIVATE KEY-----\n"))
    }

    @Test func `OpenSSH derives the public file from the private one`() throws {
        let key = try keys.keyOrNew(for: name)
        let path = keys.path(for: name).string
        let derived = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(["-y", "-f", path])
        #expect(derived.status == 0)
        #expect(try PublicKey(line: derived.output) == key.publicKey)
        let file = try ScratchDirectory.read(.init(path + ".pub"))
        #expect(String(decoding: file, as: UTF8.self) == key.publicKey.authorizedKeysLine + "\n")
    }

    @Test func `a key that is there is used and not written again`() throws {
        let first = try keys.keyOrNew(for: name)
        let before = try ScratchDirectory.read(keys.path(for: name))
        #expect(try keys.keyOrNew(for: name) == first)
        #expect(try ScratchDirectory.read(keys.path(for: name)) == before)
    }

    @Test func `a file that is no key is reported and never replaced`() throws {
        try PrivateFile.write("mine".utf8, to: keys.path(for: name))
        #expect {
            try keys.keyOrNew(for: name)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.message == "cannot use the private key \(keys.path(for: name))"
                && failure?.hint != nil
        }
        #expect(try ScratchDirectory.read(keys.path(for: name)) == Array("mine".utf8))
    }

    @Test func `a file in the place of the public half is reported and never replaced`() throws {
        let path = scratch("keys").appending("web.pub")
        try PrivateFile.write("mine".utf8, to: path)
        #expect {
            try keys.keyOrNew(for: name)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .conflict && failure?.message.contains(path.string) == true
        }
        #expect(try ScratchDirectory.read(path) == Array("mine".utf8))
    }

    @Test func `many that make one key at the same time all have the same`() async throws {
        let made = try await withThrowingTaskGroup(of: PublicKey.self) { group in
            for _ in 0..<16 { group.addTask { try keys.keyOrNew(for: name).publicKey } }
            return try await group.reduce(into: Set<PublicKey>()) { $0.insert($1) }
        }
        #expect(made.count == 1)
        #expect(try keys.key(for: name)?.publicKey == made.first)
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch("keys").string)
        #expect(files.sorted() == ["web", "web.pub"])
    }

    @Test func `a key is deleted when the last place that uses it is released`() async throws {
        let place = KeyPlace(owner: FakeSTS.arn, region: .usEast1)
        let other = KeyPlace(account: "210987654321", region: .usEast1)
        #expect(try await keys.claim(name, for: place).isNewKey)
        let second = try await keys.claim(name, for: other)
        #expect(!second.isNewKey && second.isNewPlace)
        #expect(try await !keys.claim(name, for: other).isNewPlace)
        #expect(try await keys.release(name, from: place) == [other])
        #expect(try keys.key(for: name) != nil)
        #expect(try await keys.release(name, from: other) == [])
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch("keys").string) == [])
    }

    @Test func `the places of a key that is gone are not those of the next`() async throws {
        let place = KeyPlace(owner: FakeSTS.arn, region: .usEast1)
        _ = try await keys.claim(name, for: KeyPlace(account: "210987654321", region: .usEast1))
        try PrivateFile.delete(keys.path(for: name))
        try PrivateFile.delete(scratch("keys").appending("web.pub"))
        #expect(try await keys.claim(name, for: place).isNewPlace)
        #expect(try keys.places(of: name) == [place])
    }

    @Test func `a forgotten key leaves nothing, and forgetting again is harmless`() throws {
        _ = try keys.keyOrNew(for: name)
        try keys.delete(name)
        try keys.delete(name)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch("keys").string) == [])
    }

    /// ed25519 says its public half itself; an encrypted PEM file has it beside it.
    @Test(arguments: [["-t", "ed25519"], ["-t", "rsa", "-m", "PEM"]])
    func `a key under a passphrase is adopted with its public half`(options: [String]) throws {
        let path = scratch("mine")
        let made = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(
            ["-q", "-N", "secret", "-a", "1", "-f", path.string] + options
        )
        try #require(made.status == 0, "\(made.talk)")
        try keys.adopt(path, for: name, journal: LaunchJournal())
        let line = String(decoding: try ScratchDirectory.read(scratch("mine.pub")), as: UTF8.self)
        guard case .locked(let key) = try keys.key(for: name) else {
            Issue.record("the key is not locked")
            return
        }
        #expect(try key.publicKey == PublicKey(line: line))
        #expect(keys.origin(of: name) == path)
        try keys.delete(name)
        #expect(try FileManager.default.contentsOfDirectory(atPath: scratch("keys").string) == [])
        #expect(try PrivateFile.read(path) != nil)
    }
}
