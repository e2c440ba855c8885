package import AWSRuntime
package import AWSServices
import SpotSupport

// Security groups.
extension FakeEC2 {
    package func createSecurityGroup(
        _ request: CreateSecurityGroup
    ) throws(AWSError) -> SecurityGroupID {
        try hear(.createSecurityGroup(request)) { account, _ throws(AWSError) in
            let vpc = request.vpc ?? FakeCatalogue.vpc
            guard !account.groups.contains(where: { $0.name == request.name && $0.vpc == vpc })
            else { throw .refusal(.duplicateGroup, of: .createSecurityGroup) }
            let id = SecurityGroupID(account.nextID("sg"))
            account.groups.append(
                SecurityGroup(
                    id: id,
                    name: request.name,
                    description: request.description,
                    vpc: vpc,
                    tags: request.tags
                )
            )
            return id
        }
    }

    package func describeSecurityGroups(
        _ query: DescribeSecurityGroups
    ) throws(AWSError) -> [SecurityGroup] {
        try hear(.other(.describeSecurityGroups)) { account, _ throws(AWSError) in
            for id in query.ids where !account.groups.contains(where: { $0.id == id }) {
                throw .refusal(.groupNotFound, of: .describeSecurityGroups)
            }
            return account.groups.filter { group in
                (query.ids.isEmpty || query.ids.contains(group.id))
                    && query.filters.allSatisfy {
                        $0.passes(
                            tags: group.tags,
                            attributes: [
                                "group-name": group.name, "vpc-id": group.vpc?.rawValue,
                            ]
                        )
                    }
            }
        }
    }

    package func authorizeSecurityGroupIngress(
        _ request: AuthorizeSecurityGroupIngress
    ) throws(AWSError) {
        try hear(.authorizeSecurityGroupIngress(request)) { account, _ throws(AWSError) in
            let index = try account.groupIndex(request.group, for: .authorizeSecurityGroupIngress)
            let known = account.groups[index].ingress.flatMap(Opening.all)
            let wanted = request.permissions.flatMap(Opening.all)
            guard !wanted.contains(where: known.contains) else {
                throw .refusal(.duplicatePermission, of: .authorizeSecurityGroupIngress)
            }
            account.groups[index].ingress += request.permissions
        }
    }

    package func revokeSecurityGroupIngress(
        _ request: RevokeSecurityGroupIngress
    ) throws(AWSError) {
        try hear(.revokeSecurityGroupIngress(request)) { account, _ throws(AWSError) in
            let index = try account.groupIndex(request.group, for: .revokeSecurityGroupIngress)
            let known = account.groups[index].ingress
            let unwanted = request.permissions.flatMap(Opening.all)
            guard unwanted.allSatisfy(known.flatMap(Opening.all).contains) else {
                throw .refusal(.permissionNotFound, of: .revokeSecurityGroupIngress)
            }
            account.groups[index].ingress = known.compactMap { $0.without(unwanted) }
        }
    }

    package func deleteSecurityGroup(_ group: SecurityGroupID) throws(AWSError) {
        try hear(.deleteSecurityGroup(group)) { account, _ throws(AWSError) in
            let index = try account.groupIndex(group, for: .deleteSecurityGroup)
            let isInUse = account.instances.contains { machine in
                machine.instance.groups.contains { $0.id == group }
            }
            guard !isInUse else { throw .refusal(.dependencyViolation, of: .deleteSecurityGroup) }
            account.groups.remove(at: index)
        }
    }

    package func describeVpcs(_ query: DescribeVpcs) throws(AWSError) -> [Vpc] {
        try hear(.other(.describeVpcs)) { account, _ throws(AWSError) in
            let ids = Set(account.subnets.filter(\.isDefaultForZone).map(\.vpc))
            return ids.sorted().map { Vpc(id: $0, isDefault: true) }.filter { vpc in
                query.filters.allSatisfy {
                    $0.passes(tags: vpc.tags, attributes: ["is-default": "\(vpc.isDefault)"])
                }
            }
        }
    }

    package func describeAvailabilityZones(
        _ query: DescribeAvailabilityZones
    ) throws(AWSError) -> [AvailabilityZoneDescription] {
        try hear(.other(.describeAvailabilityZones)) { _, _ in
            ["a", "b", "c"].map {
                AvailabilityZoneDescription(name: AvailabilityZone("\(region)\($0)"))
            }
        }
    }

    package func describeRegions(
        _ query: DescribeRegions
    ) throws(AWSError) -> [RegionDescription] {
        try hear(.other(.describeRegions)) { account, _ in
            account.regions.filter { query.includesDisabled || $0.isEnabled }
        }
    }

    package func describeSubnets(_ query: DescribeSubnets) throws(AWSError) -> [Subnet] {
        try hear(.other(.describeSubnets)) { account, _ throws(AWSError) in
            for id in query.ids where !account.subnets.contains(where: { $0.id == id }) {
                if account.answersEmptyForUnknownSubnets { return [] }
                throw .refusal("InvalidSubnetID.NotFound", of: .describeSubnets)
            }
            return account.subnets.filter { subnet in
                (query.ids.isEmpty || query.ids.contains(subnet.id))
                    && query.filters.allSatisfy {
                        $0.passes(
                            tags: subnet.tags,
                            attributes: ["default-for-az": "\(subnet.isDefaultForZone)"]
                        )
                    }
            }
        }
    }
}

/// One protocol, range of ports and source: what EC2 calls a duplicate when it comes again.
private struct Opening: Hashable {
    let `protocol`: String
    let ports: ClosedRange<Int>?
    let source: String

    static func all(in permission: IPPermission) -> [Opening] {
        let sources =
            (permission.ipv4 + permission.ipv6).map(\.cidr) + permission.groups.map(\.rawValue)
        return sources.map {
            Opening(protocol: permission.protocol, ports: permission.ports, source: $0)
        }
    }
}

extension IPPermission {
    /// What is left of it; nil where nothing is.
    fileprivate func without(_ openings: [Opening]) -> IPPermission? {
        let isKept = { (source: String) in
            !openings.contains(
                Opening(protocol: self.protocol, ports: self.ports, source: source)
            )
        }
        let rest = IPPermission(
            protocol: self.protocol,
            ports: ports,
            ipv4: ipv4.filter { isKept($0.cidr) },
            ipv6: ipv6.filter { isKept($0.cidr) },
            groups: groups.filter { isKept($0.rawValue) }
        )
        return rest.ipv4.isEmpty && rest.ipv6.isEmpty && rest.groups.isEmpty ? nil : rest
    }
}

extension FakeAccount {
    fileprivate func groupIndex(
        _ id: SecurityGroupID,
        for operation: FakeCall.Operation
    ) throws(AWSError) -> Int {
        guard let index = groups.firstIndex(where: { $0.id == id }) else {
            throw .refusal(.groupNotFound, of: operation)
        }
        return index
    }
}
