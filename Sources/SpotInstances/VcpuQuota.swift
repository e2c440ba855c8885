package import AWSServices

/// A limit on the vCPUs that run at the same time in one region; spot and on demand are counted apart.
package struct VcpuQuota: Hashable, Sendable {
    /// As Service Quotas knows it, under the service `ec2`.
    package let code: String
    /// As the console of Service Quotas calls it.
    package let name: String

    private init(_ code: String, _ name: String) {
        self.code = code
        self.name = name
    }

    package static let standardSpot = VcpuQuota(
        "L-34B43A08",
        "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests"
    )
    package static let standardOnDemand = VcpuQuota(
        "L-1216C47A",
        "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances"
    )

    /// Of families: those whose series begins so, spot and on demand.
    private static let others: [(series: [String], spot: VcpuQuota, onDemand: VcpuQuota)] = [
        (
            ["g", "gr", "vt"], VcpuQuota("L-3819A6DF", "All G and VT Spot Instance Requests"),
            VcpuQuota("L-DB2E81BA", "Running On-Demand G and VT instances")
        ),
        (
            ["p"], VcpuQuota("L-7212CCBC", "All P4, P3 and P2 Spot Instance Requests"),
            VcpuQuota("L-417A185B", "Running On-Demand P instances")
        ),
        (
            ["inf"], VcpuQuota("L-B5D1601B", "All Inf Spot Instance Requests"),
            VcpuQuota("L-1945791B", "Running On-Demand Inf instances")
        ),
        (
            ["x"], VcpuQuota("L-E3A00192", "All X Spot Instance Requests"),
            VcpuQuota("L-7295265B", "Running On-Demand X instances")
        ),
        (
            ["f"], VcpuQuota("L-88CF9481", "All F Spot Instance Requests"),
            VcpuQuota("L-74FC7D96", "Running On-Demand F instances")
        ),
    ]

    private static let standardSeries: Set<Character> = [
        "a", "c", "d", "h", "i", "m", "r", "t", "z",
    ]

    /// Nil for families that are counted by themselves and are not known here.
    package init?(counting type: InstanceType, isSpot: Bool) {
        let series = String(type.rawValue.prefix(while: \.isLetter))
        if let other = Self.others.first(where: { $0.series.contains(series) }) {
            self = isSpot ? other.spot : other.onDemand
            return
        }
        let isStandard = series == "is" || series == "im" || series.count == 1
        guard isStandard, let first = series.first, Self.standardSeries.contains(first) else {
            return nil
        }
        self = isSpot ? .standardSpot : .standardOnDemand
    }
}
