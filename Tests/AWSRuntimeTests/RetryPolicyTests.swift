import AWSRuntime
import HTTPTransport
import SpotSupport
import Testing

struct RetryPolicyTests {
    private let policy = RetryPolicy(
        throttled: Backoff(first: .seconds(1), factor: 2, ceiling: .seconds(20)) { 1 },
        other: Backoff(first: .milliseconds(250), factor: 2, ceiling: .seconds(5)) { 1 }
    )

    @Test func `reads are tried five times and mutations three`() {
        let error = refusal("InternalError", 500)
        #expect(pauses(error, .reads).count == 4)
        #expect(pauses(error, .repeatable).count == 2)
    }

    @Test func `throttling waits longer and longer`() {
        #expect(
            pauses(refusal("RequestLimitExceeded", 503), .reads)
                == [.seconds(1), .seconds(2), .seconds(4), .seconds(8)]
        )
    }

    @Test func `lack of capacity is not tried again although its status is 500`() {
        let error = refusal("InsufficientInstanceCapacity", 500)
        #expect(pauses(error, .repeatable) == [])
        #expect(pauses(error, .reads) == [])
    }

    @Test func `what is wrong stays wrong`() {
        #expect(pauses(refusal("InvalidParameterValue", 400), .reads) == [])
    }

    @Test func `an effect that may have happened is not risked twice`() {
        #expect(pauses(lost(reachedServer: true), .once) == [])
        #expect(pauses(refusal("InternalError", 500), .once) == [])
        #expect(pauses(lost(reachedServer: false), .once).count == 2)
        #expect(pauses(refusal("Throttling", 400), .once).count == 2)
        #expect(pauses(lost(reachedServer: true), .repeatable).count == 2)
    }

    private func pauses(_ error: AWSError, _ effect: OperationEffect) -> [Duration] {
        (1...10).compactMap { policy.pause(after: error, attempt: $0, effect: effect) }
    }

    private func refusal(_ code: String, _ status: Int) -> AWSError {
        AWSError(
            AWSError.Code(rawValue: code),
            "no",
            service: "EC2",
            operation: "Op",
            httpStatus: status
        )
    }

    private func lost(reachedServer: Bool) -> AWSError {
        let cause = HTTPError(
            .lost,
            host: "h",
            mayHaveReachedServer: reachedServer,
            detail: "gone"
        )
        return AWSError(.noAnswer, "gone", service: "EC2", operation: "Op", cause: cause)
    }
}
