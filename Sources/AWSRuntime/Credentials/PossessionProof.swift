import AWSSigning
import FoundationEssentials

/// A signed statement that whoever sends this request holds the session's key (RFC 9449).
enum PossessionProof {
    private struct Header: Encodable {
        let typ = "dpop+jwt"
        let alg = "ES256"
        let jwk: PublicKey
    }

    private struct PublicKey: Encodable {
        let kty = "EC"
        let crv = "P-256"
        let x: String
        let y: String
    }

    private struct Claims: Encodable {
        let htm: String
        let htu: String
        let iat: Int
        let jti: String
    }

    /// Nil only where OpenSSL refuses.
    static func make(
        for method: String,
        _ url: String,
        by key: borrowing ProofKeyHandle,
        at moment: Date
    ) -> String? {
        let header = Header(jwk: PublicKey(x: base64URL(key.x), y: base64URL(key.y)))
        let claims = Claims(
            htm: method,
            htu: url,
            iat: Int(moment.timeIntervalSince1970),
            jti: UUID().uuidString.lowercased()
        )
        guard let header = try? JSONCodec.encode(header),
            let claims = try? JSONCodec.encode(claims)
        else { return nil }
        let statement = "\(base64URL(header)).\(base64URL(claims))"
        return key.sign(Array(statement.utf8)).map { "\(statement).\(base64URL($0))" }
    }

    /// Without padding (RFC 4648 §5).
    private static func base64URL(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}
