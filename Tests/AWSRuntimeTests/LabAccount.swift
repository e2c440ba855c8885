import AWSRuntime
import AWSSigning
import FoundationEssentials
import HTTPTransport
import SpotSupport
import SpotTestSupport

/// The lab's account, asked through libcurl, in a region that no other test upsets.
struct LabAccount {
    let lab: Lab
    let time: ManualTime
    private let region: Region
    private let endpoints: EndpointResolver
    private let lasting: AWSCredentials

    /// - Parameter skew: How far this computer's clock is off.
    init(region: String, skew: Duration = .zero) async throws {
        struct Incomplete: Error {}
        lab = try await Lab.shared()
        let environment = lab.environment
        guard let region = Region(region), let id = environment["AWS_ACCESS_KEY_ID"],
            let secret = environment["AWS_SECRET_ACCESS_KEY"]
        else { throw Incomplete() }
        self.region = region
        time = ManualTime(.jumping, at: SystemTime().now.addingTimeInterval(skew.seconds))
        lasting = AWSCredentials(accessKeyID: id, secretAccessKey: secret)
        endpoints = EndpointResolver(
            custom: try CustomEndpoints(flag: nil, environment: environment, profile: nil)
        )
    }

    /// Keys that end, with the token that belongs to them.
    func temporaryCredentials() async throws -> AWSCredentials {
        struct Incomplete: Error {}
        let answer = try await SecondClient.shared().ask(
            "sts",
            "get_session_token",
            ["DurationSeconds": 900],
            region: region.name,
            query: "Credentials"
        )
        guard let id = answer["AccessKeyId"].text, let secret = answer["SecretAccessKey"].text,
            let token = answer["SessionToken"].text
        else { throw Incomplete() }
        return AWSCredentials(accessKeyID: id, secretAccessKey: secret, sessionToken: token)
    }

    /// A client with these keys one after the other, else the account's own.
    func client(
        _ credentials: [AWSCredentials] = [],
        spoiling spoil: @escaping @Sendable (inout HTTPRequest) -> Void = { _ in }
    ) -> AWSClient {
        let keys = credentials.isEmpty ? [lasting] : credentials
        return AWSClient.test(
            SpoilingTransport(spoil: spoil),
            chain: CredentialChain([SuccessiveCredentials(keys.map { .success($0) })]),
            endpoints: endpoints,
            time: time
        ).inRegion(region)
    }

    /// Injects a fault into the calls of the region.
    func fault(_ words: String...) async throws {
        try await lab.command(["fault"] + words + ["--region", region.name])
    }
}

/// Libcurl, with something done to each signed request on its way.
private struct SpoilingTransport: HTTPTransport {
    let transport = CurlTransport()
    let spoil: @Sendable (inout HTTPRequest) -> Void

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        var request = request
        spoil(&request)
        return try await transport.send(request)
    }
}
