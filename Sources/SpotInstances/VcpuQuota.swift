package import AWSServices

/// A limit on the vCPUs of some families that run at the same time in one region; spot and on demand
/// are counted apart.
package struct VcpuQuota: Hashable, Sendable {
    /// As Service Quotas knows it, under the service `ec2`.
    package let code: String
    /// What is counted together: "standard families".
    package let families: String

    private init(_ code: String, _ families: String) {
        self.code = code
        self.families = families
    }

    /// The codes of families, by the series that a type's name begins with (EC2 user guide,
    /// "On-Demand Instance quotas" and "Spot Instance quotas").
    private static let all:
        [(series: Set<Substring>, families: String, spot: String, demand: String)] =
            [
                (
                    ["a", "c", "d", "h", "i", "im", "is", "m", "r", "t", "z"], "standard families",
                    "L-34B43A08", "L-1216C47A"
                ),
                (["g", "gr", "vt"], "families G and VT", "L-3819A6DF", "L-DB2E81BA"),
                (["p"], "family P", "L-7212CCBC", "L-417A185B"),
                (["inf"], "family Inf", "L-B5D1601B", "L-1945791B"),
                (["x"], "family X", "L-E3A00192", "L-7295265B"),
                (["f"], "family F", "L-88CF9481", "L-74FC7D96"),
            ]

    /// Nil for families that are counted by themselves and are not known here.
    package init?(counting type: InstanceType, isSpot: Bool) {
        let series = type.rawValue.prefix(while: \.isLetter)
        guard let quota = Self.all.first(where: { $0.series.contains(series) }) else { return nil }
        self.init(isSpot ? quota.spot : quota.demand, quota.families)
    }
}
