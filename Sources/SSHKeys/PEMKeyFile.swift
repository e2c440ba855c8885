/// Private keys in PEM, as OpenSSL and EC2's `CreateKeyPair` write them.
enum PEMKeyFile {
    static func decode(_ text: String) throws(SSHKeyError) -> PrivateKey {
        guard text.contains("-----BEGIN "), text.contains("PRIVATE KEY-----") else {
            throw SSHKeyError(
                .malformed,
                "cannot read the private key: it is neither an OpenSSH key file nor PEM"
            )
        }
        guard !text.contains("ENCRYPTED") else {
            throw SSHKeyError(
                .encrypted,
                "cannot use the private key: it is protected by a passphrase",
                hint: "remove the passphrase from a copy with: ssh-keygen -p -N '' -f FILE"
            )
        }
        return PrivateKey(try KeyHandle(pem: text).material(), comment: "")
    }
}
