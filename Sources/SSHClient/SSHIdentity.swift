package import SSHKeys

/// Who logs in: a public key and something that signs with the private one.
package struct SSHIdentity: Sendable {
    package let publicKey: PublicKey
    /// The key's wire form under the name of the signature to be made.
    ///
    /// For RSA the two names differ, and the server looks at this one (RFC 8332 §3.2).
    let loginBlob: [UInt8]
    /// How long a signature may take, where a person has to agree to it.
    let patience: Duration
    let sign: @Sendable ([UInt8]) throws(SSHError) -> [UInt8]

    /// A key that we hold.
    package init(_ key: PrivateKey) {
        publicKey = key.publicKey
        loginBlob = Self.renamed(key.publicKey)
        patience = .zero
        sign = { message throws(SSHError) in
            do throws(SSHKeyError) {
                return try key.signature(over: message)
            } catch {
                throw SSHError(.badKey, error.message, cause: error)
            }
        }
    }

    /// A key that an ssh-agent holds.
    package init(_ key: PublicKey, in agent: SSHAgent) {
        publicKey = key
        loginBlob = Self.renamed(key)
        patience = SSHAgent.signingLimit
        let algorithm = key.algorithm.forSigning
        sign = { message throws(SSHError) in
            try agent.signature(over: message, with: key, algorithm: algorithm)
        }
    }

    private static func renamed(_ key: PublicKey) -> [UInt8] {
        var reader = WireReader(key.blob)
        _ = reader.string()
        var writer = WireWriter()
        writer.append(text: key.algorithm.forSigning.rawValue)
        writer.append(raw: reader.remaining)
        return writer.bytes
    }
}
