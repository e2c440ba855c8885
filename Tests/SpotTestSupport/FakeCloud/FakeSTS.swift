package import AWSRuntime
package import AWSServices
import Synchronization

/// STS that knows one caller, or refuses.
package final class FakeSTS: STSClient {
    package static let arn = "arn:aws:iam::123456789012:user/ada"

    private let refusal: AWSError?
    private let asked = Mutex(0)

    package init(refusing refusal: AWSError? = nil) {
        self.refusal = refusal
    }

    /// How often it was asked.
    package var calls: Int { asked.withLock { $0 } }

    package func getCallerIdentity() throws(AWSError) -> CallerIdentity {
        asked.withLock { $0 += 1 }
        if let refusal { throw refusal }
        return CallerIdentity(account: "123456789012", arn: Self.arn, userID: "AIDAEXAMPLE")
    }
}
