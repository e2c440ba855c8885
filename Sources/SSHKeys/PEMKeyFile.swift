/// Private keys in PEM, as OpenSSL and EC2's `CreateKeyPair` write them.
enum PEMKeyFile {
    static func decode(_ text: String, passphrase: Passphrase?) throws(SSHKeyError) -> PrivateKey {
        guard text.contains("-----BEGIN "), text.contains("PRIVATE KEY-----") else {
            throw SSHKeyError(
                .malformed,
                "cannot read the private key: it is neither an OpenSSH key file nor PEM"
            )
        }
        let isEncrypted = text.contains("ENCRYPTED")
        if isEncrypted, passphrase == nil { throw .encrypted }
        do throws(SSHKeyError) {
            return PrivateKey(
                try KeyHandle(pem: text, passphrase: passphrase).material(),
                comment: ""
            )
        } catch {
            // What damage there is shows only to those who know the passphrase.
            throw isEncrypted && error.reason == .malformed ? .wrongPassphrase : error
        }
    }
}
