import SSHKeys
import Testing

struct PublicKeyTests {
    private static let line =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f a b"

    @Test func `a line is taken apart and put together again`() throws {
        let key = try PublicKey(line: Self.line + "\n")
        #expect(key.algorithm == .ed25519)
        #expect(key.comment == "a b")
        #expect(key.blob.suffix(32).elementsEqual(0..<32))
        #expect(key.authorizedKeysLine == Self.line)
    }

    @Test func `keys are equal whatever their comments`() throws {
        let key = try PublicKey(line: Self.line)
        #expect(try key == PublicKey(blob: key.blob))
        #expect(try Set([key, PublicKey(blob: key.blob, comment: "other")]).count == 1)
    }

    @Test(arguments: [
        "", "ssh-ed25519", "ssh-ed25519 !!!", "ssh-rsa" + line.dropFirst("ssh-ed25519".count),
        "ssh-ed25519 AAAA", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
    ])
    func `what is no key line is refused`(line: String) {
        let error = #expect(throws: SSHKeyError.self) { try PublicKey(line: line) }
        #expect(error?.reason == .malformed)
    }
}
