package import AWSRuntime
package import AWSServices
import Synchronization

/// An account with the roles that a test gives it; at first the one that spot instances need.
package final class FakeIAM: IAMClient {
    private struct State {
        var roles: Set<String> = ["AWSServiceRoleForEC2Spot"]
        var refusal: AWSError?
    }

    private let state = Mutex(State())

    package init() {}

    package func forgetRoles() { state.withLock { $0.roles = [] } }

    /// Nothing may be looked at.
    package func refuse(with code: AWSError.Code) {
        state.withLock { $0.refusal = Self.refusal(code, of: "GetRole") }
    }

    package func getRole(_ name: String) throws(AWSError) -> Role {
        try state.withLock { state throws(AWSError) in
            if let refusal = state.refusal { throw refusal }
            guard state.roles.contains(name) else {
                throw Self.refusal("NoSuchEntity", of: "GetRole")
            }
            return Role(name: name, arn: "arn:aws:iam::123456789012:role/\(name)")
        }
    }

    package func getInstanceProfile(_ name: String) throws(AWSError) -> InstanceProfile {
        throw Self.refusal("NoSuchEntity", of: "GetInstanceProfile")
    }

    package func createServiceLinkedRole(for serviceName: String) throws(AWSError) {
        throw Self.refusal("AccessDenied", of: "CreateServiceLinkedRole")
    }

    private static func refusal(_ code: AWSError.Code, of operation: String) -> AWSError {
        AWSError(code, "as the test says", service: "IAM", operation: operation, httpStatus: 403)
    }
}
