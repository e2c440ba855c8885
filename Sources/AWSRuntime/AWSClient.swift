import AWSSigning
import FoundationEssentials
package import HTTPTransport
package import Logging
package import SpotSupport

/// Sends operations to one region: address, signature, exchange, retries, answer.
package struct AWSClient: Sendable {
    package let region: Region
    private let endpoints: EndpointResolver
    private let credentials: CredentialCache
    private let transport: any HTTPTransport
    private let retryPolicy: RetryPolicy
    private let time: any TimeSource
    private let logger: Logger

    package init(
        region: Region,
        endpoints: EndpointResolver,
        credentials: CredentialCache,
        transport: any HTTPTransport,
        retryPolicy: RetryPolicy = RetryPolicy(),
        time: any TimeSource = SystemTime(),
        logger: Logger
    ) {
        self.region = region
        self.endpoints = endpoints
        self.credentials = credentials
        self.transport = transport
        self.retryPolicy = retryPolicy
        self.time = time
        self.logger = logger
    }

    /// The same client for another region; connections and credentials are shared.
    package func inRegion(_ region: Region) -> AWSClient {
        AWSClient(
            region: region,
            endpoints: endpoints,
            credentials: credentials,
            transport: transport,
            retryPolicy: retryPolicy,
            time: time,
            logger: logger
        )
    }

    /// Makes the call, and makes it again where the retry policy allows.
    package func send<Operation: AWSOperation>(
        _ operation: Operation
    ) async throws(AWSError) -> Operation.Output {
        var attempt = 1
        while true {
            do throws(AWSError) {
                return try await attemptOnce(operation)
            } catch {
                guard
                    let pause = retryPolicy.pause(
                        after: error,
                        attempt: attempt,
                        effect: operation.effect
                    )
                else { throw error }
                logger.debug("\(error.message); again in \(pause.spoken)")
                // Only cancellation ends a sleep early.
                do { try await time.sleep(for: pause) } catch { throw Operation.cancelled(error) }
                attempt += 1
            }
        }
    }

    private func attemptOnce<Operation: AWSOperation>(
        _ operation: Operation
    ) async throws(AWSError) -> Operation.Output {
        let request = try await signedRequest(operation)
        let response = try await exchange(request, for: operation)
        guard 200..<300 ~= response.status else {
            throw AWSError(refusal: response, of: Operation.service, operation: Operation.name)
        }
        do {
            return try Operation.output(from: response)
        } catch {
            throw Operation.failure(.unreadableAnswer, error, response)
        }
    }

    private func signedRequest<Operation: AWSOperation>(
        _ operation: Operation
    ) async throws(AWSError) -> HTTPRequest {
        do {
            let endpoint = try endpoints.endpoint(of: Operation.service, in: region)
            let encoded = try operation.encoded()
            return encoded.signed(
                for: endpoint,
                by: try await signer(of: Operation.self, at: endpoint),
                at: time.now,
                isRepeatable: operation.effect != .once
            )
        } catch {
            throw Operation.failure(.notSent, error)
        }
    }

    /// Nil for an operation that is not signed; no credentials are looked for then.
    private func signer<Operation: AWSOperation>(
        of operation: Operation.Type,
        at endpoint: Endpoint
    ) async throws(AWSConfigurationError) -> SigV4Signer? {
        guard Operation.isSigned else { return nil }
        return SigV4Signer(
            credentials: try await credentials.credentials(),
            region: endpoint.signingRegion,
            service: Operation.service.signingName
        )
    }

    private func exchange<Operation: AWSOperation>(
        _ request: HTTPRequest,
        for operation: Operation
    ) async throws(AWSError) -> HTTPResponse {
        let start = time.uptime
        do throws(HTTPError) {
            let response = try await transport.send(request)
            log(request, Operation.name, "status \(response.status)", since: start)
            return response
        } catch {
            log(request, Operation.name, error.message, since: start)
            throw Operation.failure(.noAnswer, error)
        }
    }

    private func log(
        _ request: HTTPRequest,
        _ operation: String,
        _ outcome: String,
        since start: Duration
    ) {
        let took = Int(((time.uptime - start).seconds * 1000).rounded())
        logger.debug(
            "\(request.method) \(request.url.authority) \(operation): \(outcome), \(took) ms"
        )
    }
}

extension OperationRequest {
    /// The request as it is sent: address joined, agent named, signature added
    /// where there is a signer.
    fileprivate func signed(
        for endpoint: Endpoint,
        by signer: SigV4Signer?,
        at date: Date,
        isRepeatable: Bool
    ) -> HTTPRequest {
        var url = endpoint.url
        url.path = url.path.hasSuffix("/") ? url.path + path.dropFirst() : url.path + path
        url.query = query
        var headers = headers
        let signable = SignableRequest(
            method: method,
            path: url.path,
            query: query,
            headers: [("host", url.authority)] + headers.fields.map { ($0.name, $0.value) },
            payload: .bytes(body)
        )
        for field in signer?.headers(signing: signable, at: date) ?? [] {
            headers.append(field.name, field.value)
        }
        headers["User-Agent"] = AWSClient.userAgent
        return HTTPRequest(
            method: method,
            url: url,
            headers: headers,
            body: body,
            isRepeatable: isRepeatable
        )
    }
}

extension AWSClient {
    /// How we name ourselves; not part of a signature.
    fileprivate static let userAgent = "spot"
}

extension AWSOperation {
    fileprivate static func failure(
        _ code: AWSError.Code,
        _ cause: any Error,
        _ response: HTTPResponse? = nil
    ) -> AWSError {
        AWSError(
            code,
            "\(cause)",
            service: service.name,
            operation: name,
            httpStatus: response?.status,
            requestID: response?.headers["x-amzn-requestid"],
            cause: cause
        )
    }

    fileprivate static func cancelled(_ cause: any Error) -> AWSError {
        let failure = GeneralFailure(
            .cancelled,
            "stopped waiting for \(service.name)",
            cause: cause
        )
        return Self.failure(.noAnswer, failure)
    }
}
