package import SSHKeys

/// Who logs in: a public key and something that signs with the private one.
package struct SSHIdentity: Sendable {
    package let publicKey: PublicKey
    /// The key's wire form under the name of the signature to be made.
    ///
    /// For RSA the two names differ, and the server looks at this one (RFC 8332 §3.2).
    let loginBlob: [UInt8]
    let sign: @Sendable ([UInt8]) throws(SSHKeyError) -> [UInt8]

    /// A key that we hold.
    package init(_ key: PrivateKey) {
        publicKey = key.publicKey
        loginBlob = Self.renamed(key.publicKey, to: key.signatureAlgorithm)
        sign = { message throws(SSHKeyError) in try key.signature(over: message) }
    }

    private static func renamed(_ key: PublicKey, to algorithm: KeyAlgorithm) -> [UInt8] {
        var reader = WireReader(key.blob)
        _ = reader.string()
        var writer = WireWriter()
        writer.append(text: algorithm.rawValue)
        writer.append(raw: reader.remaining)
        return writer.bytes
    }
}
