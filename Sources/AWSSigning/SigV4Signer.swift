package import struct FoundationEssentials.Date

/// Signs requests with AWS Signature Version 4: a pure function of its inputs and a date.
package struct SigV4Signer: Sendable {
    private static let algorithm = "AWS4-HMAC-SHA256"

    /// Where and for what the signature is good.
    package let region: String
    /// The signing name, which is not always the first label of the host.
    package let service: String
    package let credentials: AWSCredentials
    private let pathRule: CanonicalRequest.PathRule

    package init(
        credentials: AWSCredentials,
        region: String,
        service: String,
        pathRule: CanonicalRequest.PathRule = .normalized
    ) {
        self.credentials = credentials
        self.region = region
        self.service = service
        self.pathRule = pathRule
    }

    /// The fields to add to the request: `X-Amz-Date`, `X-Amz-Security-Token` where there is a token,
    /// `X-Amz-Content-SHA256` where asked for, and `Authorization`.
    ///
    /// S3 demands that the hash of the body is a header too: `declaresPayloadHash`.
    package func headers(
        signing request: SignableRequest,
        at date: Date,
        declaresPayloadHash: Bool = false
    ) -> [(name: String, value: String)] {
        let time = SigningTime(date)
        var added = [(name: "X-Amz-Date", value: time.stamp)]
        if let token = credentials.sessionToken { added.append(("X-Amz-Security-Token", token)) }
        if declaresPayloadHash { added.append(("X-Amz-Content-SHA256", request.payload.hash)) }
        var request = request
        request.headers += added
        let signature = signature(of: request, at: time)
        let authorization =
            "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope(time)), "
            + "SignedHeaders=\(signature.canonical.signedHeaders), Signature=\(signature.value)"
        return added + [("Authorization", authorization)]
    }

    /// The query of a link that carries its own signature.
    ///
    /// It works for `lifetime`, at most seven days; a session token that ends earlier ends it.
    package func query(
        presigning request: SignableRequest,
        at date: Date,
        lifetime: Duration
    ) -> String {
        let time = SigningTime(date)
        let names = CanonicalRequest.headers(request.headers).map(\.name)
        var pairs = [
            ("X-Amz-Algorithm", Self.algorithm),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(time))"),
            ("X-Amz-Date", time.stamp),
            ("X-Amz-SignedHeaders", names.joined(separator: ";")),
            ("X-Amz-Expires", String(lifetime.components.seconds)),
        ]
        if let token = credentials.sessionToken { pairs.append(("X-Amz-Security-Token", token)) }
        let added = pairs.map { "\($0)=\(PercentEncoding.encode($1))" }
        var request = request
        request.query = ([request.query].filter { !$0.isEmpty } + added).joined(separator: "&")
        return request.query + "&X-Amz-Signature=" + signature(of: request, at: time).value
    }

    /// The signature, and what it was made from for tests and for tracing a refusal.
    package func signature(of request: SignableRequest, at time: SigningTime) -> Signature {
        let canonical = CanonicalRequest(request, path: pathRule)
        let hash = MessageDigest.hexadecimal(MessageDigest.sha256(Array(canonical.text.utf8)))
        let stringToSign = [Self.algorithm, time.stamp, scope(time), hash].joined(separator: "\n")
        let code = MessageDigest.hmac(Array(stringToSign.utf8), key: signingKey(time))
        return Signature(
            canonical: canonical,
            stringToSign: stringToSign,
            value: MessageDigest.hexadecimal(code)
        )
    }

    /// A signature with the two texts behind it.
    package struct Signature: Sendable {
        package let canonical: CanonicalRequest
        package let stringToSign: String
        /// 64 lower-case hexadecimal digits.
        package let value: String
    }

    private func scope(_ time: SigningTime) -> String {
        "\(time.day)/\(region)/\(service)/aws4_request"
    }

    private func signingKey(_ time: SigningTime) -> [UInt8] {
        [time.day, region, service, "aws4_request"]
            .reduce(Array("AWS4\(credentials.secretAccessKey)".utf8)) { key, part in
                MessageDigest.hmac(Array(part.utf8), key: key)
            }
    }
}
