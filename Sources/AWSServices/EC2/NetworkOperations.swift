package import AWSRuntime

/// A private network.
package struct Vpc: Sendable, Hashable {
    package let id: VpcID
    package let isDefault: Bool
    package let cidrBlock: String?
    package let tags: [String: String]

    package init(
        id: VpcID,
        isDefault: Bool,
        cidrBlock: String? = nil,
        tags: [String: String] = [:]
    ) {
        self.id = id
        self.isDefault = isDefault
        self.cidrBlock = cidrBlock
        self.tags = tags
    }
}

/// Lists private networks.
package struct DescribeVpcs: EC2ListOperation, Hashable {
    package var ids: [VpcID]
    package var filters: [Filter]
    package var nextToken: String?

    package init(ids: [VpcID] = [], filters: [Filter] = []) {
        self.ids = ids
        self.filters = filters
    }

    /// The network that is used where none is named; an account may have deleted it.
    package static var ofDefault: DescribeVpcs {
        DescribeVpcs(filters: [Filter("is-default", ["true"])])
    }

    package static let list = "vpcSet"

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("VpcId", ids)
        fields.setFilters(filters)
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> Vpc {
        Vpc(
            id: try element.requireIdentifier("vpcId"),
            isDefault: try element.boolean("isDefault") ?? false,
            cidrBlock: element.nonEmptyText("cidrBlock"),
            tags: try element.tags()
        )
    }
}

/// The part of a private network that lies in one zone.
package struct Subnet: Sendable, Hashable {
    package var id: SubnetID
    package var vpc: VpcID
    package var zone: AvailabilityZone
    /// `euc1-az2`, the same place in every account.
    package var zoneID: String?
    package var isDefaultForZone = false
    package var assignsPublicAddresses = false
    /// It has no IPv4 at all.
    package var isIPv6Only = false
    package var freeAddresses: Int?
    package var tags: [String: String] = [:]

    package init(id: SubnetID, vpc: VpcID, zone: AvailabilityZone) {
        self.id = id
        self.vpc = vpc
        self.zone = zone
    }
}

/// Lists subnets.
package struct DescribeSubnets: EC2ListOperation, Hashable {
    package var ids: [SubnetID]
    package var filters: [Filter]
    package var nextToken: String?

    package init(ids: [SubnetID] = [], filters: [Filter] = []) {
        self.ids = ids
        self.filters = filters
    }

    package static let list = "subnetSet"

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("SubnetId", ids)
        fields.setFilters(filters)
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> Subnet {
        var subnet = Subnet(
            id: try element.requireIdentifier("subnetId"),
            vpc: try element.requireIdentifier("vpcId"),
            zone: try element.requireIdentifier("availabilityZone")
        )
        subnet.zoneID = element.nonEmptyText("availabilityZoneId")
        subnet.isDefaultForZone = try element.boolean("defaultForAz") ?? false
        subnet.assignsPublicAddresses = try element.boolean("mapPublicIpOnLaunch") ?? false
        subnet.isIPv6Only = try element.boolean("ipv6Native") ?? false
        subnet.freeAddresses = try element.integer("availableIpAddressCount")
        subnet.tags = try element.tags()
        return subnet
    }
}
