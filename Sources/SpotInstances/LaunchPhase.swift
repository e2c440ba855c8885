package import AWSServices
package import FoundationEssentials
import SpotSupport

/// What a launch is doing, for whoever is watching it.
package enum LaunchPhase: Hashable, Sendable {
    case lookingUp
    case planning
    case preparing
    /// This pool is being asked for a machine.
    case requesting(InstanceType, AvailabilityZone, price: Decimal?)
    /// So many pools are being asked at once, the cheapest at this price.
    case requestingFleet(pools: Int, from: Decimal?)
    /// No pool has capacity; all are asked again, for so long at most.
    case outOfCapacity(Duration)
    /// The pool had no capacity; the next one is tried.
    case refused(InstanceType, AvailabilityZone, reason: String)
    /// No pool has spot capacity, with their reasons.
    case refusedByAll(reasons: String)
    case waiting(Machine)
    case starting(Machine)
    case stopping(Machine)

    /// As it reads on a status line.
    package var text: String {
        switch self {
        case .lookingUp: "looking it up"
        case .planning: "choosing image, zone and price"
        case .preparing: "preparing key pair and security group"
        case .requesting(let type, let zone, let price?):
            "requesting \(type) in \(zone) at $\(price)/h"
        case .requesting(let type, let zone, nil): "requesting \(type) in \(zone), on demand"
        case .requestingFleet(let pools, let price):
            "requesting spot capacity in \(pools) pools" + (price.map { " from $\($0)/h" } ?? "")
        case .outOfCapacity(let rest): "no capacity in any pool; asking for \(rest.spoken) more"
        case .refused(let type, let zone, let reason): "no \(type) in \(zone): \(reason)"
        case .refusedByAll(let reasons): "no spot capacity: \(reasons)"
        case .waiting(let machine): "\(machine.id) is \(machine.state.rawValue)"
        case .starting(let machine): "starting \(machine.id)"
        case .stopping(let machine): "\(machine.id) is still stopping"
        }
    }
}

/// Receives each phase as it begins.
package typealias LaunchReporter = @Sendable (LaunchPhase) -> Void
