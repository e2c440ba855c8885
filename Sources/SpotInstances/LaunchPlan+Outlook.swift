package import FoundationEssentials
import SpotProfiles

// What a plan comes to, before anything is done.
extension LaunchPlan {
    /// The tags that the machine would bear.
    package var tags: [String: String] {
        let spot = candidates.filter { $0.market == .spot }
        return MachineTemplate.tags(self, spot.isEmpty ? Array(candidates.prefix(1)) : spot)
    }

    /// All volumes together, in GiB.
    package var diskGiB: Int {
        image.devices.reduce(0) { sum, device in
            let isRoot = device.name == image.rootDeviceName
            return sum + (isRoot ? max(profile.diskGiB.value ?? 0, device.sizeGiB) : device.sizeGiB)
        }
    }

    /// The pool that AWS is likeliest to choose: the cheapest, unless another has far more to spare.
    ///
    /// On demand the order of the plan holds.
    package var likeliest: Candidate? {
        let spot = candidates.filter { $0.market == .spot }
        return spot.min { ($0.price ?? 0) < ($1.price ?? 0) } ?? candidates.first
    }
}

/// What a machine costs an hour while it runs, traffic not counted.
package struct LaunchEstimate: Hashable, Sendable {
    /// Nil where it is not known.
    package let machine: Decimal?
    /// Nil where it is not known.
    package let disk: Decimal?
    /// What AWS takes for a public IPv4 address, the same in all regions.
    package let address = Decimal(5) / 1000

    /// AWS counts a month as so many hours.
    private static let hoursAMonth = Decimal(730)

    /// - Parameter diskPrice: USD a GiB and month.
    package init(machine: Decimal?, diskGiB: Int, diskPrice: Decimal?) {
        self.machine = machine
        disk = diskPrice.map { $0 * Decimal(diskGiB) / Self.hoursAMonth }
    }

    /// What is known of it; nil where the machine itself has no known price.
    package var total: Decimal? { machine.map { $0 + (disk ?? 0) + address } }
}

extension Decimal {
    /// With four digits after the point, rounded up: an estimate never promises too little.
    package var inTenThousandths: String {
        let units = Int(((Double("\(self)") ?? 0) * 10_000 - 1e-6).rounded(.up))
        let digits = String(units % 10_000)
        return "\(units / 10_000)." + String(repeating: "0", count: 4 - digits.count) + digits
    }
}
