package import SpotSupport

extension AWSError.Code {
    // Ours, for calls that AWS did not answer; no code of AWS has a hyphen.

    /// The connection failed or broke; `cause` is the `HTTPError`.
    package static let noAnswer: Self = "no-answer"
    /// There were no credentials or there was no address; nothing was sent.
    package static let notSent: Self = "not-sent"
    /// The answer is not what this operation answers.
    package static let unreadableAnswer: Self = "unreadable-answer"
    /// The answer is cut off or garbled.
    package static let brokenAnswer: Self = "broken-answer"
    /// A web page came back: somebody on the way answered in AWS's place.
    package static let foreignAnswer: Self = "foreign-answer"

    private static let ours: Set<Self> = [
        .noAnswer, .notSent, .unreadableAnswer, .brokenAnswer, .foreignAnswer,
    ]

    var isOurs: Bool { Self.ours.contains(self) }

    // Those of AWS that something is decided on.

    package static let authFailure: Self = "AuthFailure"
    package static let dependencyViolation: Self = "DependencyViolation"
    package static let duplicateGroup: Self = "InvalidGroup.Duplicate"
    package static let duplicateKeyPair: Self = "InvalidKeyPair.Duplicate"
    package static let duplicateLaunchTemplate: Self =
        "InvalidLaunchTemplateName.AlreadyExistsException"
    package static let duplicatePermission: Self = "InvalidPermission.Duplicate"
    package static let dryRunSucceeded: Self = "DryRunOperation"
    package static let groupNotFound: Self = "InvalidGroup.NotFound"
    package static let idempotentParameterMismatch: Self = "IdempotentParameterMismatch"
    package static let incorrectInstanceState: Self = "IncorrectInstanceState"
    package static let instanceNotFound: Self = "InvalidInstanceID.NotFound"
    package static let insufficientInstanceCapacity: Self = "InsufficientInstanceCapacity"
    package static let invalidParameterValue: Self = "InvalidParameterValue"
    package static let keyPairNotFound: Self = "InvalidKeyPair.NotFound"
    package static let launchTemplateNotFound: Self =
        "InvalidLaunchTemplateName.NotFoundException"
    package static let maxSpotInstanceCountExceeded: Self = "MaxSpotInstanceCountExceeded"
    package static let parameterNotFound: Self = "ParameterNotFound"
    package static let permissionNotFound: Self = "InvalidPermission.NotFound"
    package static let spotRequestNotFound: Self = "InvalidSpotInstanceRequestID.NotFound"
    package static let unauthorizedOperation: Self = "UnauthorizedOperation"
    package static let unfulfillableCapacity: Self = "UnfulfillableCapacity"
    package static let unsupported: Self = "Unsupported"
    package static let unsupportedOperation: Self = "UnsupportedOperation"

    /// Too many requests.
    static let throttling: Set<Self> = [
        "BandwidthLimitExceeded", "EC2ThrottledException", "LimitExceededException",
        "PriorRequestNotComplete", "ProvisionedThroughputExceededException",
        "RequestLimitExceeded", "RequestThrottled", "RequestThrottledException", "SlowDown",
        "ThrottledException", "Throttling", "ThrottlingException", "TooManyRequestsException",
        "TransactionInProgressException",
    ]

    /// Trouble on the side of AWS that passes.
    static let transient: Set<Self> = [
        "IDPCommunicationError", "InternalError", "InternalFailure", "RequestTimeout",
        "RequestTimeoutException", "ServiceUnavailable", "Unavailable",
    ]

    private static let denied: Set<Self> = [
        "AccessDenied", "AccessDeniedException", "AuthFailure", "Blocked", "ExpiredToken",
        "ExpiredTokenException", "IncompleteSignature", "InvalidClientTokenId",
        "InvalidSignatureException", "MissingAuthenticationToken",
        "MissingAuthenticationTokenException", "OptInRequired", "PendingVerification",
        "RequestExpired", "RequestInTheFuture", "RequestTimeTooSkewed", "SignatureDoesNotMatch",
        "UnauthorizedOperation", "UnrecognizedClientException",
    ]

    /// Temporary credentials are over; EC2 says `RequestExpired`, which may also be about the clock.
    static let expired: Set<Self> = [
        "ExpiredToken", "ExpiredTokenException", "RequestExpired",
    ]

    /// What a signature with a wrong time is refused with; each may have other reasons, too.
    static let clockSensitive: Set<Self> = [
        "AuthFailure", "InvalidSignatureException", "RequestExpired", "RequestInTheFuture",
        "RequestTimeTooSkewed", "SignatureDoesNotMatch",
    ]

    private static let capacity: Set<Self> = [
        "AddressLimitExceeded", "InstanceLimitExceeded", "InsufficientFreeAddressesInSubnet",
        "InsufficientCapacity", "InsufficientHostCapacity", "InsufficientInstanceCapacity",
        "InsufficientReservedInstanceCapacity",
        "MaxSpotInstanceCountExceeded", "SpotMaxPriceTooLow", "UnfulfillableCapacity",
        "VcpuLimitExceeded", "VolumeLimitExceeded",
    ]

    private static let usage: Set<Self> = [
        "InvalidInstanceType",
        "InvalidInput", "InvalidInputCombination", "MissingInput", "MissingParameter",
        "Unsupported", "UnsupportedOperation", "VPCIdNotSpecified", "ValidationError",
        "ValidationException",
    ]

    private static let conflict: Set<Self> = [
        "ConflictException", "DeleteConflict", "DependencyViolation", "EntityAlreadyExists",
        "FileSystemAlreadyExists", "FileSystemInUse", "IdempotentParameterMismatch",
        "IncorrectFileSystemLifeCycleState", "IncorrectInstanceState",
        "IncorrectMountTargetState", "IncorrectState", "MountTargetConflict", "ResourceInUse",
    ]

    private static let missing: Set<Self> = [
        "FileSystemNotFound", "MountTargetNotFound", "NoSuchEntity", "ParameterNotFound",
        "ResourceNotFoundException", "SubnetNotFound",
    ]

    /// What the code means to the person who asked.
    package var kind: FailureKind {
        if Self.denied.contains(self) || rawValue.hasPrefix("AuthFailure.") { return .denied }
        if Self.capacity.contains(self) { return .capacity }
        if Self.missing.contains(self) || rawValue.hasSuffix(".NotFound") { return .notFound }
        if rawValue.hasSuffix(".NotFoundException") { return .notFound }
        if Self.conflict.contains(self) || rawValue.hasSuffix(".Duplicate") { return .conflict }
        if rawValue.contains("AlreadyExists") { return .conflict }
        if Self.usage.contains(self) || rawValue.hasPrefix("InvalidParameter") { return .usage }
        if rawValue.hasSuffix(".Malformed") { return .usage }
        return .broken
    }

    /// What the person who asked could do.
    var hint: String? {
        if self == .foreignAnswer {
            return "a proxy or the login page of a network may stand between here and AWS"
        }
        if Self.expired.contains(self) {
            return "the credentials have expired; renew them, for example with 'aws sso login'"
        }
        if self == .unauthorizedOperation || rawValue.hasPrefix("AccessDenied") {
            return "'spot doctor' tells what these credentials may not do"
        }
        guard kind == .denied else { return nil }
        return "'spot config show' tells which credentials and which region are used"
    }
}
