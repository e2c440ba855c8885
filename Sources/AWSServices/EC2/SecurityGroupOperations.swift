package import AWSRuntime

/// A set of rules for what may reach a machine.
package struct SecurityGroup: Sendable, Hashable {
    package var id: SecurityGroupID
    package var name: String
    package var description: String
    package var vpc: VpcID?
    package var ingress: [IPPermission]
    package var tags: [String: String]

    package init(
        id: SecurityGroupID,
        name: String,
        description: String = "",
        vpc: VpcID? = nil,
        ingress: [IPPermission] = [],
        tags: [String: String] = [:]
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.vpc = vpc
        self.ingress = ingress
        self.tags = tags
    }
}

/// Ports of one protocol, and who may reach them.
package struct IPPermission: Sendable, Hashable {
    /// Addresses, with a note.
    package struct Range: Sendable, Hashable {
        /// `203.0.113.7/32` or `2001:db8::7/128`.
        package let cidr: String
        /// At most 255 characters of `a-z A-Z 0-9 space ._-:/()#,@[]+=&;{}!$*`.
        package let description: String?

        package init(_ cidr: String, description: String? = nil) {
            self.cidr = cidr
            self.description = description
        }
    }

    /// `tcp`, `udp`, `icmp` or `-1` for everything.
    package var `protocol`: String
    /// Nil with the protocol `-1`.
    package var ports: ClosedRange<Int>?
    package var ipv4: [Range]
    package var ipv6: [Range]
    /// Machines of these groups.
    package var groups: [SecurityGroupID]

    package init(
        `protocol`: String,
        ports: ClosedRange<Int>?,
        ipv4: [Range] = [],
        ipv6: [Range] = [],
        groups: [SecurityGroupID] = []
    ) {
        self.protocol = `protocol`
        self.ports = ports
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.groups = groups
    }

    fileprivate init(_ element: XMLElement) throws(XMLError) {
        self.init(protocol: try element.require("ipProtocol"), ports: nil)
        if let from = try element.integer("fromPort"), let to = try element.integer("toPort"),
            from <= to
        {
            ports = from...to
        }
        for item in element.items("ipRanges") {
            ipv4.append(
                Range(try item.require("cidrIp"), description: item.nonEmptyText("description"))
            )
        }
        for item in element.items("ipv6Ranges") {
            ipv6.append(
                Range(try item.require("cidrIpv6"), description: item.nonEmptyText("description"))
            )
        }
        for item in element.items("groups") { groups.append(try item.requireIdentifier("groupId")) }
    }

    fileprivate func encode(to fields: inout QueryEncoder) {
        fields["IpProtocol"] = self.protocol
        fields["FromPort"] = ports?.lowerBound
        fields["ToPort"] = ports?.upperBound
        fields.setStructures("IpRanges", ipv4) { fields, range in
            fields["CidrIp"] = range.cidr
            fields["Description"] = range.description
        }
        fields.setStructures("Ipv6Ranges", ipv6) { fields, range in
            fields["CidrIpv6"] = range.cidr
            fields["Description"] = range.description
        }
        fields.setStructures("Groups", groups) { $0["GroupId"] = $1 }
    }
}

/// Makes a group without rules; its name is unique in its network.
package struct CreateSecurityGroup: EC2Operation, Hashable {
    package var name: String
    package var description: String
    package var vpc: VpcID?
    package var tags: [String: String]

    package init(
        name: String,
        description: String,
        vpc: VpcID? = nil,
        tags: [String: String] = [:]
    ) {
        self.name = name
        self.description = description
        self.vpc = vpc
        self.tags = tags
    }

    /// A name can be given once only in a VPC: a second group is refused, not made.
    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["GroupName"] = name
        fields["GroupDescription"] = description
        fields["VpcId"] = vpc
        if !tags.isEmpty { fields.setTagSpecifications([TagSpecification(.securityGroup, tags)]) }
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> SecurityGroupID {
        try answer.requireIdentifier("groupId")
    }
}

/// Lists groups.
package struct DescribeSecurityGroups: EC2ListOperation, Hashable {
    package var ids: [SecurityGroupID]
    package var filters: [Filter]
    package var nextToken: String?

    package init(ids: [SecurityGroupID] = [], filters: [Filter] = []) {
        self.ids = ids
        self.filters = filters
    }

    package static let list = "securityGroupInfo"

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("GroupId", ids)
        fields.setFilters(filters)
        if ids.isEmpty { fields["MaxResults"] = 1000 }
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> SecurityGroup {
        var ingress: [IPPermission] = []
        for item in element.items("ipPermissions") { ingress.append(try IPPermission(item)) }
        return SecurityGroup(
            id: try element.requireIdentifier("groupId"),
            name: try element.require("groupName"),
            description: element.text("groupDescription") ?? "",
            vpc: element.identifier("vpcId"),
            ingress: ingress,
            tags: try element.tags()
        )
    }
}

/// Adds rules for what may come in; one that exists already makes the whole call fail.
package struct AuthorizeSecurityGroupIngress: EC2Operation, Hashable {
    package let group: SecurityGroupID
    package let permissions: [IPPermission]
    package let tags: [String: String]

    package init(
        _ group: SecurityGroupID,
        _ permissions: [IPPermission],
        tags: [String: String] = [:]
    ) {
        self.group = group
        self.permissions = permissions
        self.tags = tags
    }

    /// A rule can be there once only: a second one is refused, not made.
    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["GroupId"] = group
        fields.setStructures("IpPermissions", permissions) { $1.encode(to: &$0) }
        if !tags.isEmpty {
            fields.setTagSpecifications([TagSpecification(.securityGroupRule, tags)])
        }
    }

    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}

/// Takes rules away; one that is not there is the error `InvalidPermission.NotFound`.
package struct RevokeSecurityGroupIngress: EC2Operation, Hashable {
    package let group: SecurityGroupID
    package let permissions: [IPPermission]

    package init(_ group: SecurityGroupID, _ permissions: [IPPermission]) {
        self.group = group
        self.permissions = permissions
    }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["GroupId"] = group
        fields.setStructures("IpPermissions", permissions) { $1.encode(to: &$0) }
    }

    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}

/// Deletes a group; while anything uses it the answer is the error `DependencyViolation`.
package struct DeleteSecurityGroup: EC2Operation, Hashable {
    package let group: SecurityGroupID

    package init(_ group: SecurityGroupID) { self.group = group }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) { fields["GroupId"] = group }

    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}
