import FoundationEssentials
package import SSHKeys
package import SpotSupport

/// What cloud-init is given at first boot: our part and the user's, as one MIME document, compressed.
package struct UserDataDocument: Sendable {
    /// AWS counts the bytes before base64.
    package static let limit = 16_384

    /// The gzipped document.
    package let bytes: [UInt8]

    /// - Parameters:
    ///   - hostKey: The ephemeral host key that the machine presents until our first login.
    ///   - lifetime: After this long from its first boot the machine shuts itself down, which
    ///     terminates it; nil for never.
    ///   - user: The user's own user data, of any kind that cloud-init knows; empty for none.
    /// - Throws: `GeneralFailure` of kind `usage` when the result is over the limit or the user's part
    ///   is of no known kind.
    package init(
        hostKey: PrivateKey,
        lifetime: Duration? = nil,
        user: [UInt8]
    ) throws(GeneralFailure) {
        var parts = [Part(type: "text/cloud-config", body: Self.hostKeyConfig(hostKey))]
        if let lifetime {
            parts.append(Part(type: "text/x-shellscript", body: Self.deadline(lifetime)))
        }
        if !user.isEmpty {
            parts.append(try Part(user: user))
        }
        let compressed = Gzip.compress(Self.document(parts))
        guard compressed.count <= Self.limit else {
            throw GeneralFailure(
                .usage,
                "cannot use this user data: compressed together with spot's own part it takes "
                    + "\(compressed.count) bytes, and AWS takes \(Self.limit)",
                hint: "keep the user data short and fetch the rest from there, or use --script"
            )
        }
        bytes = compressed
    }

    /// Tells cloud-init to present this host key and no other
    /// (cloud-init's `ssh_keys` and `ssh_deletekeys`).
    private static func hostKeyConfig(_ key: PrivateKey) -> [UInt8] {
        let indented = key.openSSHText.split(separator: "\n").map { "    \($0)\n" }.joined()
        let text = """
            #cloud-config
            ssh_deletekeys: true
            ssh_keys:
              ed25519_private: |
            \(indented)  ed25519_public: \(key.publicKey.authorizedKeysLine)

            """
        return Array(text.utf8)
    }

    /// The machine keeps its own deadline, so that a client that is gone leaves nothing billing.
    private static func deadline(_ lifetime: Duration) -> [UInt8] {
        let minutes = Int64((lifetime.seconds / 60).rounded(.up))
        return Array("#!/bin/sh\nshutdown -P +\(minutes) 'spot: its time is over'\n".utf8)
    }

    private static func document(_ parts: [Part]) -> [UInt8] {
        let boundary = "==spot-user-data=="
        let text = "Content-Type: multipart/mixed; boundary=\"\(boundary)\"\nMIME-Version: 1.0\n\n"
        var document = Array(text.utf8)
        for part in parts {
            document += Array("--\(boundary)\n".utf8) + part.entity + [UInt8(ascii: "\n")]
        }
        return document + Array("--\(boundary)--\n".utf8)
    }

    /// One part of the MIME document, headers included.
    private struct Part {
        let entity: [UInt8]

        private init(entity: [UInt8]) {
            self.entity = entity
        }

        init(type: String, body: [UInt8]) {
            let headers = """
                Content-Type: \(type)
                Content-Transfer-Encoding: base64
                MIME-Version: 1.0


                """
            entity = Array((headers + Self.lines(ofBase64: body)).utf8)
        }

        /// The user's part, its type told by its first bytes as cloud-init tells it.
        ///
        /// A MIME document is taken as it stands, since it brings its own headers.
        init(user: [UInt8]) throws(GeneralFailure) {
            let start = String(decoding: user.prefix(64), as: UTF8.self)
            if ["Content-Type: multipart", "MIME-Version:"].contains(where: start.hasPrefix) {
                self.init(entity: user)
            } else if user.starts(with: [0x1f, 0x8b]) {
                self.init(type: "application/x-gzip", body: user)
            } else if let kind = Self.kinds.first(where: { start.hasPrefix($0.mark) }) {
                self.init(type: kind.type, body: user)
            } else {
                throw GeneralFailure(
                    .usage,
                    "cannot tell what kind of user data this is: it starts with neither "
                        + "#!, #cloud-config nor another mark that cloud-init knows",
                    hint: "start a script with #!/bin/sh"
                )
            }
        }

        private static let kinds: [(mark: String, type: String)] = [
            ("#cloud-config", "text/cloud-config"),
            ("#!", "text/x-shellscript"),
            ("#include", "text/x-include-url"),
            ("#cloud-boothook", "text/cloud-boothook"),
            ("#part-handler", "text/part-handler"),
            ("## template: jinja", "text/jinja2"),
        ]

        /// Base64 in lines of 76 characters, as MIME wants them (RFC 2045 §6.8).
        private static func lines(ofBase64 body: [UInt8]) -> String {
            let text = Array(Data(body).base64EncodedString().utf8)
            return stride(from: 0, to: text.count, by: 76)
                .map { String(decoding: text[$0..<min($0 + 76, text.count)], as: UTF8.self) }
                .joined(separator: "\n")
        }
    }
}
