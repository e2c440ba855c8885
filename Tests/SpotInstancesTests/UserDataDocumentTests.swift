import SSHKeys
import SpotSupport
import SpotTestSupport
import Testing

@testable import SpotInstances

struct UserDataDocumentTests {
    private static func document(user: [UInt8], key: PrivateKey? = nil) throws -> MIMEDocument {
        let hostKey = try key ?? PrivateKey.generateEd25519(comment: "first")
        let bytes = try UserDataDocument(hostKey: hostKey, user: user).bytes
        return try MIMEDocument(GzipReader.decompress(bytes))
    }

    @Test func `our part gives the machine the first-boot host key and no other`() throws {
        let key = try PrivateKey.generateEd25519(comment: "spot:web:first-boot")
        let document = try Self.document(user: [], key: key)
        let part = try #require(document.parts.first)
        #expect(document.parts.count == 1)
        #expect(document.headers["mime-version"] == "1.0")
        #expect(part.type == "text/cloud-config")
        let lines = part.text.split(separator: "\n").map(String.init)
        #expect(lines.first == "#cloud-config")
        #expect(lines.contains("ssh_deletekeys: true"))
        #expect(lines.contains("  ed25519_public: \(key.publicKey.authorizedKeysLine)"))
        let block = lines.drop { $0 != "  ed25519_private: |" }.dropFirst()
            .prefix { $0.hasPrefix("    ") }.map { String($0.dropFirst(4)) }
        #expect(try PrivateKey(text: block.joined(separator: "\n") + "\n") == key)
    }

    @Test(arguments: [
        ("#!/bin/sh\necho hello\n", "text/x-shellscript"),
        ("#!/usr/bin/python3\r\nprint('ü')", "text/x-shellscript"),
        ("#cloud-config\npackages: [jq]\n", "text/cloud-config"),
        ("#include\nhttps://example.com/a\n", "text/x-include-url"),
        ("#cloud-boothook\necho early\n", "text/cloud-boothook"),
        ("## template: jinja\n#cloud-config\n", "text/jinja2"),
    ])
    func `the user's part arrives to the byte under the type of its mark`(
        text: String,
        type: String
    )
        throws
    {
        let document = try Self.document(user: Array(text.utf8))
        #expect(document.parts.map(\.type) == ["text/cloud-config", type])
        #expect(document.parts.last?.body == Array(text.utf8))
    }

    @Test func `compressed user data is handed on as it is`() throws {
        let user = Gzip.compress(Array("#!/bin/sh\n".utf8))
        let part = try #require(try Self.document(user: user).parts.last)
        #expect(part.type == "application/x-gzip")
        #expect(part.body == user)
    }

    @Test func `a MIME document becomes a part with its own headers`() throws {
        let inner = """
            Content-Type: multipart/mixed; boundary="=inner="
            MIME-Version: 1.0

            --=inner=
            Content-Type: text/x-shellscript

            #!/bin/sh
            --=inner=--
            """
        let part = try #require(try Self.document(user: Array(inner.utf8)).parts.last)
        #expect(part.type == "multipart/mixed; boundary=\"=inner=\"")
        #expect(part.text.contains("#!/bin/sh"))
    }

    @Test(arguments: ["echo hello", "\n#!/bin/sh", "packages: [jq]", " "])
    func `data without a mark is refused as a usage failure`(text: String) {
        #expect {
            try Self.document(user: Array(text.utf8))
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage && failure?.hint?.contains("#!/bin/sh") == true
        }
    }

    @Test func `user data that is too long even when compressed is refused with its size`() throws {
        let noise = Array("#!/bin/sh\n".utf8) + TestBytes.sequence(count: 20_000)
        #expect {
            try Self.document(user: noise)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage && failure?.message.contains("16384") == true
        }
    }

    @Test func `a long script that compresses well is taken`() throws {
        let line = "echo all work and no play makes jack a dull boy\n"
        let user = Array(("#!/bin/sh\n" + String(repeating: line, count: 2_000)).utf8)
        let key = try PrivateKey.generateEd25519(comment: "")
        #expect(try UserDataDocument(hostKey: key, user: user).bytes.count <= 16_384)
    }

    @Test func `the same key and user data give the same bytes, as a client token needs`() throws {
        let key = try PrivateKey.generateEd25519(comment: "")
        let bytes = try (0..<2).map { _ in
            try UserDataDocument(hostKey: key, user: Array("#!/bin/sh\n".utf8)).bytes
        }
        #expect(bytes[0] == bytes[1])
    }
}
