import AWSSigning
import FoundationEssentials
import Testing

/// The expected values were computed with botocore.
struct SigV4SignerTests {
    private static let date = Date(timeIntervalSince1970: 1_795_258_327)
    private static let lasting = AWSCredentials(
        accessKeyID: "AKIDEXAMPLE",
        secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    )
    private static let temporary = AWSCredentials(
        accessKeyID: "ASIAEXAMPLE",
        secretAccessKey: "secret/with+slash",
        sessionToken: "tok/en+=="
    )

    @Test func `a form post is signed as botocore signs it`() {
        let signer = SigV4Signer(
            credentials: Self.lasting,
            region: "eu-central-1",
            service: "ec2"
        )
        let request = SignableRequest(
            method: "POST",
            path: "/",
            headers: [
                ("host", "ec2.eu-central-1.amazonaws.com"),
                ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
            ],
            payload: .bytes(Array("Action=DescribeInstances&Version=2016-11-15".utf8))
        )
        let added = signer.headers(signing: request, at: Self.date)
        #expect(added.map(\.name) == ["X-Amz-Date", "Authorization"])
        #expect(added.first?.value == "20261121T105207Z")
        #expect(
            added.last?.value
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-central-1/ec2/aws4_request, "
                + "SignedHeaders=content-type;host;x-amz-date, "
                + "Signature=01d593524b4d79f49aa282a805a5496f4f5ee6186884829245f323e4a830b787"
        )
    }

    @Test func `a session token is sent and signed, and a port is part of the host`() {
        let signer = SigV4Signer(
            credentials: Self.temporary,
            region: "us-east-1",
            service: "ssm"
        )
        let request = SignableRequest(
            method: "POST",
            path: "/",
            headers: [
                ("host", "127.0.0.1:5005"),
                ("Content-Type", "application/x-amz-json-1.1"),
                ("X-Amz-Target", "AmazonSSM.GetParameter"),
            ],
            payload: .bytes(Array(#"{"Name":"/a/b"}"#.utf8))
        )
        let added = signer.headers(signing: request, at: Self.date)
        #expect(added.contains { $0 == ("X-Amz-Security-Token", "tok/en+==") })
        #expect(
            added.last?.value.hasSuffix(
                "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target, "
                    + "Signature=b2fb7a280363e5a7acf787f3e6ea08d13807b2251d88b52f176aabf7a80647ae"
            ) == true
        )
    }

    @Test func `an encoded path is encoded once more and a plus stays a plus`() {
        let signer = SigV4Signer(
            credentials: Self.lasting,
            region: "us-east-1",
            service: "elasticfilesystem"
        )
        let request = SignableRequest(
            method: "GET",
            path: "/2015-02-01/resource-tags/fs-1%2F2%20x",
            query: "Marker=a%2Bb%20c&A=",
            headers: [("host", "elasticfilesystem.us-east-1.amazonaws.com")],
            payload: .bytes([])
        )
        let signature = signer.signature(
            of: addingDate(to: request),
            at: SigningTime(Self.date)
        )
        #expect(
            signature.value
                == "220c76b7aad00e377b7789fda055de9f671bc5a1126b46c9219fe47b62f47f5b"
        )
    }

    @Test func `a path of S3 is signed to the byte, with the hash of the body beside it`() {
        let signer = SigV4Signer(
            credentials: Self.temporary,
            region: "us-east-1",
            service: "s3",
            pathRule: .verbatim
        )
        let request = SignableRequest(
            method: "PUT",
            path: "/a//b/../c%20d%2B~",
            headers: [("host", "bucket.s3.us-east-1.amazonaws.com")],
            payload: .bytes(Array("hello".utf8))
        )
        let added = signer.headers(signing: request, at: Self.date, declaresPayloadHash: true)
        #expect(
            added.contains {
                $0.name == "X-Amz-Content-SHA256"
                    && $0.value
                        == "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
            }
        )
        #expect(
            added.last?.value.hasSuffix(
                "c85157da23fb98b7a7449337b0450dfc3a3b0b499a0904279b74ee86424fb683"
            ) == true
        )
    }

    @Test func `a link carries its token and ends with its signature`() {
        let signer = SigV4Signer(
            credentials: Self.temporary,
            region: "us-east-1",
            service: "ec2-instance-connect"
        )
        let request = SignableRequest(
            method: "GET",
            path: "/openTunnel",
            query: "instanceConnectEndpointId=eice-1&remotePort=22&privateIpAddress=10.0.0.1",
            headers: [
                ("host", "eice-1.ec2-instance-connect-endpoint.us-east-1.amazonaws.com")
            ],
            payload: .bytes([])
        )
        let query = signer.query(presigning: request, at: Self.date, lifetime: .seconds(60))
        #expect(query.contains("&X-Amz-Security-Token=tok%2Fen%2B%3D%3D&"))
        #expect(
            query.hasSuffix(
                "&X-Amz-Signature="
                    + "61039c373f2d16ee4a8c0749e6780396613abf6acae6d93b351a18deeac9bc0b"
            )
        )
    }

    @Test func `one changed byte changes the signature`() {
        let signer = SigV4Signer(credentials: Self.lasting, region: "us-east-1", service: "ec2")
        func signature(_ body: String) -> String {
            let request = SignableRequest(
                method: "POST",
                path: "/",
                headers: [("host", "h")],
                payload: .bytes(Array(body.utf8))
            )
            return signer.signature(of: request, at: SigningTime(Self.date)).value
        }
        #expect(signature("a=1") != signature("a=2"))
        #expect(signature("a=1") == signature("a=1"))
    }

    private func addingDate(to request: SignableRequest) -> SignableRequest {
        var request = request
        request.headers.append(("X-Amz-Date", SigningTime(Self.date).stamp))
        return request
    }
}
