import AWSSigning
import FoundationEssentials
import HTTPTransport
import Logging
import SpotSupport

/// One try of a call: the request, and what its signature was made with.
struct SignedCall {
    let request: HTTPRequest
    /// Nil for a request without a signature.
    let credentials: AWSCredentials?
    /// What was added to our time.
    let clockOffset: Duration

    var host: String { request.url.authority }
}

extension AWSClient {
    /// Returns once the call may be made again.
    ///
    /// A wrong clock and expired credentials are put right at once, and once only: AWS refused such a
    /// call before it looked at what it asks for. Everything else is the retry policy's.
    /// - Throws: `failure` where the call is not to be made again, or what stands in its way.
    func recover(
        from failure: AWSError,
        of call: SignedCall,
        _ history: inout CallHistory
    ) async throws(AWSError) {
        history.note(failure)
        if correctClock(after: failure, of: call, &history) { return }
        if try await renewCredentials(after: failure, of: call, &history) { return }
        history.attempts += 1
        guard
            let pause = retryPolicy.pause(
                after: failure,
                attempt: history.attempts,
                effect: history.effect
            )
        else { throw failure }
        guard let cost = quota.take(after: failure, in: region) else {
            logger.debug("\(failure.message); not again, for too many calls to \(region.name) fail")
            throw failure
        }
        history.cost = cost
        logger.debug("\(failure.message); again in \(pause.spoken)")
        // Only cancellation ends a sleep early.
        do { try await time.sleep(for: pause) } catch { throw .cancelled(after: failure) }
    }

    /// Learns from the `Date` of an answer, and warns of a clock that is far off.
    func noteClock(in response: HTTPResponse, of host: String) {
        guard let date = response.headers["Date"].flatMap(Timestamp.parse),
            let offset = clocks.note(date, of: host, at: time.now)
        else { return }
        let distance =
            offset > .zero ? "\(offset.spoken) behind" : "\((.zero - offset).spoken) ahead of"
        logger.warning("this computer's clock is \(distance) that of \(host)")
    }

    private func correctClock(
        after failure: AWSError,
        of call: SignedCall,
        _ history: inout CallHistory
    ) -> Bool {
        guard !history.hasCorrectedClock, AWSError.Code.clockSensitive.contains(failure.code),
            clocks.correct(call.host, from: call.clockOffset)
        else { return false }
        history.hasCorrectedClock = true
        logger.debug("\(failure.message); again with the time of \(call.host)")
        return true
    }

    private func renewCredentials(
        after failure: AWSError,
        of call: SignedCall,
        _ history: inout CallHistory
    ) async throws(AWSError) -> Bool {
        guard AWSError.Code.expired.contains(failure.code), let refused = call.credentials,
            !history.hasRenewedCredentials
        else { return false }
        history.hasRenewedCredentials = true
        await credentials.forget(refused)
        let found: CredentialResolution
        do throws(AWSConfigurationError) {
            found = try await credentials.resolution()
        } catch {
            throw .unrenewed(after: failure, cause: error)
        }
        guard found.credentials != refused else { throw failure.advised(to: found.provider) }
        logger.debug("\(failure.message); again with new credentials from \(found.provider)")
        return true
    }
}
