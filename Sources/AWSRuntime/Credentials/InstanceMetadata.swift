import HTTPTransport
import SpotSupport

/// The metadata service of an EC2 instance, version 2.
struct InstanceMetadata {
    /// The service has nothing to say, or is not there.
    struct Silence: Error {
        let reason: String

        init(_ what: String) { reason = "the metadata service \(what)" }
    }

    private static let tokenPath = "latest/api/token"
    private static let tokenLifetime = "21600"
    private static let addresses = [
        "ipv4": "http://169.254.169.254/", "ipv6": "http://[fd00:ec2::254]/",
    ]

    private let transport: any HTTPTransport
    private let address: HTTPURL
    private let isDisabled: Bool
    private let attempts: Int
    private let limit: Duration

    /// - Throws: where a setting of the service cannot be used.
    init(_ context: CredentialContext) throws(AWSConfigurationError) {
        let settings = context.settings
        transport = context.transport
        isDisabled = settings.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true"
        attempts = try Self.number(
            settings.value(
                "AWS_METADATA_SERVICE_NUM_ATTEMPTS",
                key: "metadata_service_num_attempts"
            )
        )
        limit = .seconds(
            try Self.number(
                settings.value("AWS_METADATA_SERVICE_TIMEOUT", key: "metadata_service_timeout")
            )
        )
        address = try Self.address(settings)
    }

    /// Opens a session with the service.
    func token() async throws(Silence) -> String {
        guard !isDisabled else { throw Silence("is turned off by AWS_EC2_METADATA_DISABLED") }
        let headers: HTTPHeaders = ["X-aws-ec2-metadata-token-ttl-seconds": Self.tokenLifetime]
        let token = try await ask("PUT", Self.tokenPath, headers)
        guard Self.isHeader(token) else { throw Silence("gave a token that cannot be used") }
        return token
    }

    /// What stands at a path; an answer that `isGood` does not like is asked for again.
    func text(
        _ path: String,
        _ token: String,
        isGood: (String) -> Bool = { _ in true }
    ) async throws(Silence) -> String {
        try await ask("GET", path, ["X-aws-ec2-metadata-token": token], isGood: isGood)
    }

    private func ask(
        _ method: String,
        _ path: String,
        _ headers: HTTPHeaders,
        isGood: (String) -> Bool = { _ in true }
    ) async throws(Silence) -> String {
        var url = address
        url.path += path
        let request = HTTPRequest(
            method: method,
            url: url,
            headers: headers,
            limits: HTTPLimits(connect: limit, total: limit),
            usesProxy: false
        )
        var problem = "was not asked"
        for _ in 0..<attempts {
            do throws(HTTPError) {
                let response = try await transport.send(request)
                let text = String(decoding: response.body, as: UTF8.self)
                if response.status == 200, !text.isEmpty, isGood(text) { return text }
                problem = "answered with status \(response.status)"
                // Version 1 only, or a request that it will never like.
                if method == "PUT", [400, 403, 404, 405].contains(response.status) { break }
            } catch {
                problem = "does not answer: \(error.detail)"
            }
        }
        throw Silence(problem)
    }

    private static func address(_ settings: AWSSettings) throws(AWSConfigurationError) -> HTTPURL {
        let mode = settings.value(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
            key: "ec2_metadata_service_endpoint_mode"
        )
        guard let usual = addresses[mode?.value.lowercased() ?? "ipv4"] else {
            throw .denied("cannot use \(mode?.origin ?? ""): it is neither ipv4 nor ipv6")
        }
        let own = settings.value(
            "AWS_EC2_METADATA_SERVICE_ENDPOINT",
            key: "ec2_metadata_service_endpoint"
        )
        guard var url = HTTPURL(own?.value ?? usual), url.query.isEmpty else {
            throw .denied("cannot use \(own?.origin ?? ""): it is not an http or https address")
        }
        if !url.path.hasSuffix("/") { url.path += "/" }
        return url
    }

    /// A whole number above zero; 1 where nothing is said.
    private static func number(
        _ setting: Sourced<String>?
    ) throws(AWSConfigurationError) -> Int {
        guard let setting else { return 1 }
        guard let number = Int(setting.value), number > 0 else {
            throw .denied("cannot use \(setting.origin): it is not a whole number above zero")
        }
        return number
    }

    private static func isHeader(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    }
}
