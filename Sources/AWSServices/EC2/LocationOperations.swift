package import AWSRuntime

/// A zone of the region, local zones included.
package struct AvailabilityZoneDescription: Sendable, Hashable {
    package let name: AvailabilityZone
    /// `euc1-az2`, the same place in every account.
    package let id: String?
    /// As AWS words it: `available`, `impaired`, `unavailable`.
    package let state: String
    /// `availability-zone`, `local-zone`, `wavelength-zone`.
    package let type: String

    package init(
        name: AvailabilityZone,
        id: String? = nil,
        state: String = "available",
        type: String = "availability-zone"
    ) {
        self.name = name
        self.id = id
        self.state = state
        self.type = type
    }
}

/// Lists the zones that the account can use.
package struct DescribeAvailabilityZones: EC2Operation, Hashable {
    package var filters: [Filter]

    package init(filters: [Filter] = []) { self.filters = filters }

    package func encode(to fields: inout QueryEncoder) { fields.setFilters(filters) }

    package static func result(in answer: XMLElement) throws(XMLError)
        -> [AvailabilityZoneDescription]
    {
        var zones: [AvailabilityZoneDescription] = []
        for item in answer.items("availabilityZoneInfo") {
            zones.append(
                AvailabilityZoneDescription(
                    name: try item.requireIdentifier("zoneName"),
                    id: item.nonEmptyText("zoneId"),
                    state: item.text("zoneState") ?? "",
                    type: item.nonEmptyText("zoneType") ?? "availability-zone"
                )
            )
        }
        return zones
    }
}

/// A region as the account sees it.
package struct RegionDescription: Sendable, Hashable {
    package let name: String
    /// Whether the account may use it without enabling it first.
    package let isEnabled: Bool

    package init(name: String, isEnabled: Bool) {
        self.name = name
        self.isEnabled = isEnabled
    }
}

/// Lists regions.
package struct DescribeRegions: EC2Operation, Hashable {
    /// Those too that the account has not enabled.
    package var includesDisabled: Bool

    package init(includesDisabled: Bool = false) { self.includesDisabled = includesDisabled }

    package func encode(to fields: inout QueryEncoder) {
        if includesDisabled { fields["AllRegions"] = true }
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> [RegionDescription] {
        var regions: [RegionDescription] = []
        for item in answer.items("regionInfo") {
            regions.append(
                RegionDescription(
                    name: try item.require("regionName"),
                    isEnabled: item.text("optInStatus") != "not-opted-in"
                )
            )
        }
        return regions
    }
}
