import AWSRuntime
package import AWSServices
package import SpotSupport

/// Finds or makes the security group of one machine and keeps its openings right.
package struct SecurityGroupProvisioner: Sendable {
    private let ec2: any EC2Client
    private let time: any TimeSource

    package init(ec2: any EC2Client, time: any TimeSource) {
        self.ec2 = ec2
        self.time = time
    }

    /// Group names may not begin with `sg-` and `default` is taken: hence the prefix.
    package static func groupName(for name: MachineName) -> String { "spot-\(name)" }

    /// The machine's group in this VPC, or nil.
    /// - Throws: `GeneralFailure` of kind `conflict` when a group of that name is not ours.
    package func find(_ name: MachineName, in vpc: VpcID) async throws -> SecurityGroup? {
        let groups = try await ec2.describeSecurityGroups(
            DescribeSecurityGroups(filters: [
                Filter("group-name", [Self.groupName(for: name)]),
                Filter("vpc-id", [vpc.rawValue]),
            ])
        )
        guard let group = groups.first else { return nil }
        guard group.tags.marks(name) else {
            throw GeneralFailure(
                .conflict,
                "cannot use security group \(Self.groupName(for: name)) (\(group.id)) for \(name): "
                    + "it was not made by spot",
                hint: "choose another name, or give the group with --security-group \(group.id)"
            )
        }
        return group
    }

    /// The machine's group, made with its tags; one that another launch made meanwhile will do.
    package func createOrFind(
        _ name: MachineName,
        in vpc: VpcID,
        owner: String,
        tags others: [String: String] = [:],
        journal: LaunchJournal = LaunchJournal()
    ) async throws -> SecurityGroup {
        let tags = MachineTags.identifying(name, owner: owner, others: others)
        journal.note { $0.group = .attempted }
        do {
            let id = try await ec2.createSecurityGroup(
                CreateSecurityGroup(
                    name: Self.groupName(for: name),
                    description: "Made by spot for the machine \(name)",
                    vpc: vpc,
                    tags: tags
                )
            )
            journal.note { $0.group = .done }
            return SecurityGroup(id: id, name: Self.groupName(for: name), vpc: vpc, tags: tags)
        } catch {
            guard error.code == .duplicateGroup else { throw error }
            // Another launch of the name, or a person, made it, or this launch did and the answer was
            // lost; describing it may lag a little.
            journal.note { $0.group = error.isEffectUnknown ? .attempted : .none }
            return try await waiter("security group \(Self.groupName(for: name)) to be visible")
                .value { _ in try await find(name, in: vpc) }
        }
    }

    /// The groups that we made for machines of this name, whatever their VPC.
    package func owned(by name: MachineName) async throws -> [SecurityGroup] {
        try await ec2.describeSecurityGroups(
            DescribeSecurityGroups(filters: [Filter("group-name", [Self.groupName(for: name)])])
        )
        .filter { $0.tags.marks(name) }
    }

    /// Opens what is wanted and closes what this caller had opened for an older address.
    ///
    /// Opens first, so that a session that is using an old rule is not cut before the new one holds.
    package func apply(_ wanted: [IngressRule], to group: SecurityGroup, caller: String)
        async throws
    {
        let plan = IngressPlan(
            wanted: wanted,
            existing: group.ingress.flatMap(IngressRule.rules(of:)),
            caller: caller
        )
        if !plan.toAuthorize.isEmpty {
            try await authorize(plan.toAuthorize, in: group)
        }
        if !plan.toRevoke.isEmpty {
            try await revoke(plan.toRevoke, in: group.id)
        }
    }

    /// Closes ports, some of which may be closed already.
    ///
    /// One rule that is missing makes AWS refuse a whole call, so after a refusal each goes by itself.
    private func revoke(_ rules: [IngressRule], in group: SecurityGroupID) async throws {
        do {
            try await ec2.revokeSecurityGroupIngress(
                RevokeSecurityGroupIngress(group, rules.map(\.permission))
            )
        } catch {
            guard error.code == .permissionNotFound else { throw error }
            for rule in rules where rules.count > 1 { try await revoke([rule], in: group) }
        }
    }

    /// Removes a group; one in use by a machine that is still shutting down is tried again until `limit`.
    /// - Throws: `GeneralFailure` of kind `timedOut` that names the group when it stays in use.
    package func delete(_ id: SecurityGroupID, within limit: Duration) async throws {
        let waiter = Waiter(
            for: "security group \(id) to be free",
            limit: limit,
            backoff: Backoff(first: .seconds(1), ceiling: .seconds(10)),
            time: time
        )
        do {
            _ = try await waiter.value { _ in try await deleteIfFree(id) ? true : nil }
        } catch let failure as WaitTimedOut {
            throw GeneralFailure(
                .timedOut,
                failure.message,
                hint: "'aws ec2 describe-network-interfaces --filters Name=group-id,Values=\(id)' "
                    + "shows what uses it"
            )
        }
    }

    func deleteIfFree(_ id: SecurityGroupID) async throws -> Bool {
        do {
            try await ec2.deleteSecurityGroup(id)
            return true
        } catch {
            switch error.code {
            case .dependencyViolation: return false
            case .groupNotFound: return true
            default: throw error
            }
        }
    }

    /// Opens ports, some of which may be open already.
    ///
    /// One duplicate makes AWS refuse a whole call, so after a refusal each rule goes by itself. A group
    /// made a moment ago may not yet be visible everywhere.
    private func authorize(_ rules: [IngressRule], in group: SecurityGroup) async throws {
        let waiter = waiter("security group \(group.id) to be visible")
        _ = try await waiter.value { _ -> Bool? in
            switch try await authorizeTogether(rules, in: group) {
            case .done: return true
            case .groupUnknown: return nil
            case .duplicate:
                for rule in rules where rules.count > 1 {
                    _ = try await authorizeTogether([rule], in: group)
                }
                return true
            }
        }
    }

    /// How EC2 took a call that opens ports.
    private enum Authorization {
        case done
        case duplicate
        case groupUnknown
    }

    private func authorizeTogether(_ rules: [IngressRule], in group: SecurityGroup) async throws
        -> Authorization
    {
        do {
            try await ec2.authorizeSecurityGroupIngress(
                AuthorizeSecurityGroupIngress(
                    group.id,
                    rules.map(\.permission),
                    tags: group.tagsOfRules
                )
            )
            return .done
        } catch {
            switch error.code {
            case .duplicatePermission: return .duplicate
            case .groupNotFound: return .groupUnknown
            default: throw error
            }
        }
    }

    private func waiter(_ subject: String) -> Waiter {
        Waiter(
            for: subject,
            limit: .seconds(120),
            backoff: Backoff(first: .seconds(1), ceiling: .seconds(5)),
            time: time
        )
    }
}

extension SecurityGroup {
    /// The last generation that was recorded on it; 0 for none.
    var generation: Int { tags[MachineTags.Key.generation].flatMap(Int.init) ?? 0 }

    /// Rules are tagged as their group is, as far as the tags are not about the group alone.
    fileprivate var tagsOfRules: [String: String] {
        tags.filter { $0.key != MachineTags.Key.generation && !$0.key.hasPrefix("aws:") }
    }
}
