import AWSRuntime
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

struct AWSErrorTests {
    @Test(arguments: [
        ("AuthFailure", FailureKind.denied),
        ("AuthFailure.ServiceLinkedRoleCreationNotPermitted", .denied),
        ("UnauthorizedOperation", .denied),
        ("ExpiredToken", .denied),
        ("SignatureDoesNotMatch", .denied),
        ("InsufficientInstanceCapacity", .capacity),
        ("MaxSpotInstanceCountExceeded", .capacity),
        ("VcpuLimitExceeded", .capacity),
        ("InvalidInstanceID.NotFound", .notFound),
        ("InvalidLaunchTemplateName.NotFoundException", .notFound),
        ("NoSuchEntity", .notFound),
        ("ParameterNotFound", .notFound),
        ("InvalidGroup.Duplicate", .conflict),
        ("DependencyViolation", .conflict),
        ("IdempotentParameterMismatch", .conflict),
        ("InvalidLaunchTemplateName.AlreadyExistsException", .conflict),
        ("InvalidParameterValue", .usage),
        ("InvalidInstanceID.Malformed", .usage),
        ("InternalError", .broken),
        ("SomethingNew", .broken),
        ("503", .broken),
    ])
    func `a code means something to the person who asked`(_ code: String, _ kind: FailureKind) {
        #expect(error(code, status: 400).kind == kind)
    }

    @Test func `a refusal names service, operation, reason and code`() {
        let error = AWSError(
            .keyPairNotFound,
            "The key pair 'x' does not exist",
            service: "EC2",
            operation: "RunInstances",
            httpStatus: 400
        )
        #expect(
            error.message
                == "EC2 refused RunInstances: The key pair 'x' does not exist "
                + "(InvalidKeyPair.NotFound)"
        )
    }

    @Test(arguments: [
        ("RequestLimitExceeded", 503, true, true, false),
        ("Throttling", 400, true, true, false),
        ("InternalError", 500, false, true, true),
        ("Unavailable", 503, false, true, true),
        ("503", 503, false, true, true),
        ("InsufficientInstanceCapacity", 500, false, false, false),
        ("InvalidParameterValue", 400, false, false, false),
        ("LimitExceeded", 409, false, false, false),
    ])
    func `a refusal says whether to try again and what may have happened`(
        _ code: String,
        _ status: Int,
        _ isThrottling: Bool,
        _ isTransient: Bool,
        _ mayHaveTakenEffect: Bool
    ) {
        let error = error(code, status: status)
        #expect(error.isThrottling == isThrottling)
        #expect(error.isTransient == isTransient)
        #expect(error.mayHaveTakenEffect == mayHaveTakenEffect)
    }

    @Test(arguments: [
        (HTTPError.Reason.unreachable, false, true, false),
        (.lost, true, true, true),
        (.timedOut, true, true, true),
        (.untrusted, false, false, false),
        (.cancelled, true, false, true),
    ])
    func `a lost connection may have done its work`(
        _ reason: HTTPError.Reason,
        _ reached: Bool,
        _ isTransient: Bool,
        _ mayHaveTakenEffect: Bool
    ) {
        let cause = HTTPError(reason, host: "h", mayHaveReachedServer: reached, detail: "d")
        let error = AWSError(.noAnswer, "d", service: "EC2", operation: "Op", cause: cause)
        #expect(error.isTransient == isTransient)
        #expect(error.mayHaveTakenEffect == mayHaveTakenEffect)
        #expect(error.kind == cause.kind)
    }

    private func error(_ code: String, status: Int) -> AWSError {
        AWSError(
            AWSError.Code(rawValue: code),
            "said so",
            service: "EC2",
            operation: "Op",
            httpStatus: status
        )
    }
}
