import AWSRuntime
import AWSServices
package import SpotSupport

/// A machine that ended, or was stopped, while it was awaited.
package struct MachineDeath: Failure {
    package let machine: Machine

    init(_ machine: Machine) { self.machine = machine }

    private var reason: StateReason? { machine.instance.stateReason }

    /// Whether its pool had no room for it after all, so that another pool may have.
    var isLackOfCapacity: Bool {
        switch reason?.code {
        case "Server.InsufficientInstanceCapacity", "Server.SpotInstanceTermination": true
        default: false
        }
    }

    /// As a refusal of its pool.
    var refusal: AWSError {
        AWSError(
            AWSError.Code(rawValue: reason?.code ?? "Server.InternalError"),
            reason?.message ?? "",
            service: "EC2",
            operation: "RunInstances"
        )
    }

    package var kind: FailureKind {
        switch reason?.code {
        case "Server.SpotInstanceTermination", "Server.SpotInstanceShutdown": .interrupted
        case "Server.InsufficientInstanceCapacity", "Client.VolumeLimitExceeded": .capacity
        default: .broken
        }
    }

    package var message: String {
        let text = reason.map { "\($0.code): \($0.message)" } ?? "AWS gives no reason"
        return "cannot use \(machine.name): \(machine.id) is \(machine.state.rawValue) (\(text))"
    }

    package var hint: String? {
        switch reason?.code {
        case "Client.VolumeLimitExceeded":
            "the account's quota of volumes in this region is used up: delete volumes, or ask for "
                + "more under 'Amazon EBS' in the console of Service Quotas"
        case "Client.InternalError", "Client.InvalidKMSKey.InvalidState":
            "often the key that encrypts the image: it must be enabled, and open to the role "
                + "AWSServiceRoleForEC2Spot"
        default: "'spot launch \(machine.name)' tries again"
        }
    }
}
