import AWSSigning
import HTTPTransport
import SpotSupport

/// The role of a container, as ECS, EKS and their likes hand it out over HTTP.
package struct ContainerCredentials: CredentialProvider {
    private static let relative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    private static let full = "AWS_CONTAINER_CREDENTIALS_FULL_URI"
    private static let token = "AWS_CONTAINER_AUTHORIZATION_TOKEN"
    private static let tokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"
    /// Where plain HTTP stays within the machine.
    private static let plainHosts: Set = [
        "localhost", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "[::1]",
    ]
    private static let attempts = 3
    private static let pause: Duration = .seconds(1)
    private static let limit: Duration = .seconds(2)

    private let context: CredentialContext

    package init(_ context: CredentialContext) {
        self.context = context
    }

    package var name: String { "the container" }

    package func resolve() async throws(AWSConfigurationError) -> CredentialAnswer {
        guard let address = try address() else {
            return .notApplicable(reason: "\(Self.relative) is not set")
        }
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let token = try authorization() { headers.append("Authorization", token) }
        let request = HTTPRequest(
            method: "GET",
            url: address.value,
            headers: headers,
            limits: HTTPLimits(connect: Self.limit, total: Self.limit),
            usesProxy: false
        )
        var problem = ""
        for attempt in 1...Self.attempts {
            switch await answer(to: request) {
            case .success(let document):
                return .credentials(try credentials(in: document, address.origin))
            case .failure(let defect):
                problem = defect.description
            }
            if attempt < Self.attempts { try await rest(address.origin) }
        }
        throw .denied("cannot use \(address.origin): \(address.value.authority) \(problem)")
    }

    private func credentials(
        in document: CredentialDocument,
        _ origin: String
    ) throws(AWSConfigurationError) -> AWSCredentials {
        do throws(CredentialDocument.Defect) {
            return try document.credentials(isTemporary: true)
        } catch {
            throw .denied("cannot use \(origin): in its answer, \(error.description)")
        }
    }

    private func answer(
        to request: HTTPRequest
    ) async -> Result<CredentialDocument, CredentialDocument.Defect> {
        do throws(HTTPError) {
            let response = try await context.transport.send(request)
            guard response.status == 200 else {
                return .failure(.init(description: "answered with status \(response.status)"))
            }
            guard let document = CredentialDocument(reading: response.body) else {
                return .failure(.init(description: "did not answer with a JSON object"))
            }
            return .success(document)
        } catch {
            return .failure(.init(description: "did not answer: \(error.detail)"))
        }
    }

    private func rest(_ origin: String) async throws(AWSConfigurationError) {
        do {
            try await context.time.sleep(for: Self.pause)
        } catch {
            let stopped = GeneralFailure(.cancelled, "stopped waiting", cause: error)
            throw .denied("stopped waiting for \(origin)", cause: stopped)
        }
    }

    private func address() throws(AWSConfigurationError) -> Sourced<HTTPURL>? {
        if let path = context.settings.variable(Self.relative) {
            guard let url = HTTPURL("http://169.254.170.2\(path)"), path.hasPrefix("/") else {
                throw .denied("cannot use \(Self.relative): it is not a path")
            }
            return Sourced(url, from: Self.relative)
        }
        guard let text = context.settings.variable(Self.full) else { return nil }
        guard let url = HTTPURL(text) else {
            throw .denied("cannot use \(Self.full): it is not an http or https address")
        }
        let isLoopback = Self.isLoopback(url.host) || Self.plainHosts.contains(url.host)
        guard url.scheme == .https || isLoopback else {
            throw .denied(
                "cannot use \(Self.full): credentials do not go over plain HTTP to \(url.host)"
            )
        }
        return Sourced(url, from: Self.full)
    }

    /// The file beats the variable and is read again each time, for its owner replaces it.
    private func authorization() throws(AWSConfigurationError) -> String? {
        guard let file = context.settings.variable(Self.tokenFile) else {
            return try header(context.settings.variable(Self.token), from: Self.token)
        }
        return try header(
            context.text(ofFile: file, namedBy: Self.tokenFile),
            from: Self.tokenFile
        )
    }

    private func header(
        _ token: String?,
        from origin: String
    ) throws(AWSConfigurationError) -> String? {
        guard let token else { return nil }
        guard token.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw .denied("cannot use \(origin): a header cannot hold a line break")
        }
        return token
    }

    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
