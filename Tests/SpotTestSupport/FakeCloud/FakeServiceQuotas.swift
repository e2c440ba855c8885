package import AWSRuntime
package import AWSServices
import Synchronization

/// An account with quotas that a test may change.
package final class FakeServiceQuotas: ServiceQuotasClient {
    private let state = Mutex<[String: Result<Double, AWSError>]>([:])

    package init() {}

    /// The value of a quota from now on; 64 where nothing is said.
    package func set(_ code: String, to value: Double) {
        state.withLock { $0[code] = .success(value) }
    }

    /// A quota may not be looked at.
    package func refuse(_ code: String, with error: AWSError.Code) {
        let refusal = AWSError(
            error,
            "as the test says",
            service: "Service Quotas",
            operation: "GetServiceQuota",
            httpStatus: 400
        )
        state.withLock { $0[code] = .failure(refusal) }
    }

    package func getServiceQuota(_ query: GetServiceQuota) throws(AWSError) -> ServiceQuota {
        let value = try state.withLock { $0[query.quotaCode] ?? .success(64) }.get()
        return ServiceQuota(code: query.quotaCode, name: query.quotaCode, value: value)
    }
}
