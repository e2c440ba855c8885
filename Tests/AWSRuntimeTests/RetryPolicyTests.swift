import AWSRuntime
import HTTPTransport
import SpotSupport
import Testing

struct RetryPolicyTests {
    private let policy = RetryPolicy { 1 }

    @Test func `reads are tried five times and mutations three`() {
        let error = refusal("InternalError", 500)
        #expect(pauses(error, .reads).count == 4)
        #expect(pauses(error, .repeatable).count == 2)
    }

    @Test func `pauses double up to twenty seconds`() {
        let patient = RetryPolicy(attemptsOfReads: 9) { 1 }
        #expect(
            pauses(refusal("RequestLimitExceeded", 503), .reads, patient)
                == [1, 2, 4, 8, 16, 20, 20, 20].map { .seconds($0) }
        )
    }

    @Test func `a pause may be any part of its length`() {
        for share in [0, 0.25, 0.999] {
            let policy = RetryPolicy { share }
            #expect(
                pauses(refusal("InternalError", 500), .reads, policy)
                    == [1, 2, 4, 8].map { .seconds(1) * ($0 * share) }
            )
        }
    }

    @Test(arguments: [
        (nil as Int?, 0.5), (0, 0.5), (-3, 0.5), (3, 3), (400, 20),
    ])
    func `what the server asks for is the least, within reason`(_ asked: Int?, _ seconds: Double) {
        let error = unavailable(asked.map { ["Retry-After": "\($0)"] } ?? [:])
        let policy = RetryPolicy { 0.5 }
        #expect(policy.pause(after: error, attempt: 1, effect: .reads) == .seconds(1) * seconds)
    }

    @Test func `a server asks in one of three ways`() {
        let cases: [(HTTPHeaders, Int)] = [
            (["x-amz-retry-after": "1500", "Retry-After": "9"], 1500),
            (["Retry-After": "2"], 2000),
            (
                [
                    "Retry-After": "Sat, 21 Nov 2026 10:52:10 GMT",
                    "Date": "Sat, 21 Nov 2026 10:52:07 GMT",
                ], 3000
            ),
            (["Retry-After": "soon"], 0),
            (["x-amz-retry-after": "soon"], 0),
        ]
        for (headers, milliseconds) in cases {
            let error = unavailable(headers)
            #expect(
                RetryPolicy { 0 }.pause(after: error, attempt: 1, effect: .reads)
                    == .milliseconds(milliseconds)
            )
        }
    }

    @Test(arguments: [
        "InsufficientInstanceCapacity", "InsufficientHostCapacity", "MaxSpotInstanceCountExceeded",
        "UnfulfillableCapacity", "InsufficientReservedInstanceCapacity",
    ])
    func `row 6: lack of capacity is not tried again although its status is 500`(_ code: String) {
        let error = refusal(code, 500)
        for effect in [OperationEffect.reads, .repeatable, .once] {
            #expect(pauses(error, effect) == [])
        }
        #expect(!error.mayHaveTakenEffect)
    }

    @Test func `a quota of IAM is no throttling, although its name is nearly the same`() {
        #expect(pauses(refusal("LimitExceeded", 409), .reads) == [])
        #expect(pauses(refusal("LimitExceededException", 400), .reads).count == 4)
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

    private func pauses(
        _ error: AWSError,
        _ effect: OperationEffect,
        _ other: RetryPolicy? = nil
    ) -> [Duration] {
        (1...10).compactMap {
            (other ?? policy).pause(after: error, attempt: $0, effect: effect)
        }
    }

    private func unavailable(_ headers: HTTPHeaders) -> AWSError {
        AWSError(
            refusal: HTTPResponse(status: 503, headers: headers),
            of: .test("ec2"),
            operation: "Op"
        )
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
