import AWSSigning
import FoundationEssentials
package import HTTPTransport
package import Logging
package import SpotSupport

/// Sends operations to one region: address, signature, exchange, retries, answer.
package struct AWSClient: Sendable {
    package let region: Region
    private let endpoints: EndpointResolver
    let credentials: CredentialCache
    private let transport: any HTTPTransport
    let retryPolicy: RetryPolicy
    let quota: RetryQuota
    let clocks: ServerClocks
    let time: any TimeSource
    let logger: Logger

    package init(
        region: Region,
        endpoints: EndpointResolver,
        credentials: CredentialCache,
        transport: any HTTPTransport,
        retryPolicy: RetryPolicy = RetryPolicy(),
        quota: RetryQuota = RetryQuota(),
        clocks: ServerClocks = ServerClocks(),
        time: any TimeSource = SystemTime(),
        logger: Logger
    ) {
        self.region = region
        self.endpoints = endpoints
        self.credentials = credentials
        self.transport = transport
        self.retryPolicy = retryPolicy
        self.quota = quota
        self.clocks = clocks
        self.time = time
        self.logger = logger
    }

    /// The same client for another region; connections, credentials and what was learned of clocks and
    /// retries are shared.
    package func inRegion(_ region: Region) -> AWSClient {
        AWSClient(
            region: region,
            endpoints: endpoints,
            credentials: credentials,
            transport: transport,
            retryPolicy: retryPolicy,
            quota: quota,
            clocks: clocks,
            time: time,
            logger: logger
        )
    }

    /// Makes the call, and makes it again where that may help and can do no harm.
    ///
    /// - Throws: the last failure; it says so where the call may have done something all the same.
    package func send<Operation: AWSOperation>(
        _ operation: Operation
    ) async throws(AWSError) -> Operation.Output {
        var history = CallHistory(operation.effect)
        do throws(AWSError) {
            while true {
                let call = try await signed(operation)
                do throws(AWSError) {
                    let output = try await answer(to: call, of: operation)
                    quota.giveBack(history.cost, in: region)
                    return output
                } catch {
                    try await recover(from: error, of: call, &history)
                }
            }
        } catch {
            throw history.judged(error)
        }
    }

    private func answer<Operation: AWSOperation>(
        to call: SignedCall,
        of operation: Operation
    ) async throws(AWSError) -> Operation.Output {
        let response = try await exchange(call.request, for: operation)
        noteClock(in: response, of: call.host)
        guard 200..<300 ~= response.status else {
            throw AWSError(refusal: response, of: Operation.service, operation: Operation.name)
        }
        do {
            return try Operation.output(from: response)
        } catch {
            throw AWSError(unreadable: response, error, of: Operation.service, Operation.name)
        }
    }

    private func signed<Operation: AWSOperation>(
        _ operation: Operation
    ) async throws(AWSError) -> SignedCall {
        do {
            let endpoint = try endpoints.endpoint(of: Operation.service, in: region)
            let encoded = try operation.encoded()
            let signer = try await signer(of: Operation.self, at: endpoint)
            let clockOffset = clocks.offset(at: endpoint.url.authority)
            let request = encoded.signed(
                for: endpoint,
                by: signer,
                at: time.now.addingTimeInterval(clockOffset.seconds),
                isRepeatable: operation.effect != .once
            )
            return SignedCall(
                request: request,
                credentials: signer?.credentials,
                clockOffset: clockOffset
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
    fileprivate static func failure(_ code: AWSError.Code, _ cause: any Error) -> AWSError {
        AWSError(code, "\(cause)", service: service.name, operation: name, cause: cause)
    }
}
