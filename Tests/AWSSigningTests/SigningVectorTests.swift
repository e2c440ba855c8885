import AWSSigning
import FoundationEssentials
import SpotTestSupport
import SystemPackage
import Testing

/// The published cases of aws-c-auth, in header and in query form.
@Suite(
    .enabled(
        if: PeerSuites.folder("sigv4") != nil,
        "the published vectors are not here; SPOT_PEER_SUITES names their folder"
    )
)
struct SigningVectorTests {
    private static let cases = PeerSuites.folder("sigv4").map { folder in
        PeerSuites.names(in: folder).filter { $0.contains("-") }
    }

    @Test func `all thirty-eight cases are there`() {
        #expect(Self.cases?.count == 38)
    }

    @Test(arguments: cases ?? [])
    func `a request is signed in its headers as published`(_ name: String) throws {
        let vector = try SigningVector(name)
        let signature = vector.signer.signature(of: vector.headerForm, at: vector.time)
        #expect(try signature.canonical.text == vector.text("header-canonical-request"))
        #expect(try signature.stringToSign == vector.text("header-string-to-sign"))
        #expect(try signature.value == vector.text("header-signature"))
    }

    @Test(arguments: cases ?? [])
    func `a link is signed in its query as published`(_ name: String) throws {
        let vector = try SigningVector(name)
        let query = vector.signer.query(
            presigning: vector.request,
            at: vector.date,
            lifetime: .seconds(vector.context.expiration_in_seconds)
        )
        let signature = try vector.text("query-signature")
        if vector.omitsToken {
            #expect(query.hasSuffix("&X-Amz-Signature=\(signature)"))
        } else {
            #expect(query.contains("&X-Amz-Signature=\(signature)"))
        }
    }

    @Test(arguments: cases ?? [])
    func `the header form adds exactly the published fields`(_ name: String) throws {
        let vector = try SigningVector(name)
        guard !vector.omitsToken else { return }
        let added = vector.signer.headers(
            signing: vector.request,
            at: vector.date,
            declaresPayloadHash: vector.context.sign_body
        )
        let published = try vector.text("header-signed-request")
        let missing = added.filter { field in
            !published.lowercased().contains(
                "\(field.name.lowercased()):\(field.value.lowercased())"
            )
        }
        #expect(missing.map(\.name) == [])
    }
}

/// One case of the suite, read from its folder.
private struct SigningVector {
    struct Context: Decodable {
        struct Credentials: Decodable {
            let access_key_id: String
            let secret_access_key: String
            let token: String?
        }

        let credentials: Credentials
        let expiration_in_seconds: Int
        let normalize: Bool
        let region: String
        let service: String
        let sign_body: Bool
        let timestamp: String
        let omit_session_token: Bool?
    }

    let context: Context
    let date: Date
    let request: SignableRequest
    private let folder: FilePath

    init(_ name: String) throws {
        folder = try #require(PeerSuites.folder("sigv4")).appending(name)
        context = try JSONDecoder().decode(
            Context.self,
            from: Data(Self.read(folder.appending("context.json")))
        )
        date = try Date(context.timestamp, strategy: .iso8601)
        let text = String(decoding: try Self.read(folder.appending("request.txt")), as: UTF8.self)
        request = try Self.parse(text)
    }

    var time: SigningTime { SigningTime(date) }

    /// The token is added after signing, so the signer must not know it.
    var omitsToken: Bool { context.omit_session_token == true }

    var signer: SigV4Signer {
        SigV4Signer(
            credentials: AWSCredentials(
                accessKeyID: context.credentials.access_key_id,
                secretAccessKey: context.credentials.secret_access_key,
                sessionToken: omitsToken ? nil : context.credentials.token
            ),
            region: context.region,
            service: context.service,
            pathRule: context.normalize ? .normalized : .unnormalized
        )
    }

    /// The request with the fields that the signer adds.
    var headerForm: SignableRequest {
        var form = request
        form.headers.append(("X-Amz-Date", time.stamp))
        if let token = context.credentials.token, !omitsToken {
            form.headers.append(("X-Amz-Security-Token", token))
        }
        if context.sign_body { form.headers.append(("x-amz-content-sha256", form.payload.hash)) }
        return form
    }

    func text(_ name: String) throws -> String {
        String(decoding: try Self.read(folder.appending("\(name).txt")), as: UTF8.self)
    }

    /// Head lines, folded ones included, then the body.
    private static func parse(_ text: String) throws -> SignableRequest {
        let end = text.firstRange(of: "\n\n")
        let head = text[..<(end?.lowerBound ?? text.endIndex)].split(separator: "\n")
        let line = try #require(head.first)
        let method = line.prefix { $0 != " " }
        let target = line.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
        let path = target.prefix { $0 != "?" }
        var headers: [(name: String, value: String)] = []
        for field in head.dropFirst() {
            if field.first == " " {
                headers[headers.count - 1].value += field
            } else {
                let name = field.prefix { $0 != ":" }
                headers.append((String(name), String(field.dropFirst(name.count + 1))))
            }
        }
        return SignableRequest(
            method: String(method),
            path: String(path),
            query: String(target.dropFirst(path.count + 1)),
            headers: headers,
            payload: .bytes(Array((end.map { text[$0.upperBound...] } ?? "").utf8))
        )
    }

    private static func read(_ path: FilePath) throws -> [UInt8] {
        let file = try FileDescriptor.open(path, .readOnly)
        return try file.closeAfter {
            var contents: [UInt8] = []
            var chunk = [UInt8](repeating: 0, count: 65_536)
            while case let count = try unsafe chunk.withUnsafeMutableBytes({
                try unsafe file.read(into: $0)
            }), count > 0 {
                contents += chunk[..<count]
            }
            return contents
        }
    }
}
