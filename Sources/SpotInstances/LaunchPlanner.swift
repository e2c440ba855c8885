package import AWSRuntime
package import AWSServices
import FoundationEssentials
package import SpotProfiles
package import SpotSupport

/// Decides where and as what a machine starts; only reads.
package struct LaunchPlanner: Sendable {
    let ec2: any EC2Client
    let ssm: any SSMClient
    private let sts: any STSClient
    private let keys: KeyStore
    let region: Region
    private let time: any TimeSource

    package init(
        ec2: any EC2Client,
        ssm: any SSMClient,
        sts: any STSClient,
        keys: KeyStore,
        region: Region,
        time: any TimeSource
    ) {
        self.ec2 = ec2
        self.ssm = ssm
        self.sts = sts
        self.keys = keys
        self.region = region
        self.time = time
    }

    /// - Parameter isPreview: Looks at the key pair even where importing it would tell as much.
    package func plan(_ wish: LaunchWish, generation: Int, isPreview: Bool = false) async throws
        -> LaunchPlan
    {
        let facts = try await facts(wish, isPreview: isPreview)
        guard let vpc = facts.subnets.first?.vpc else { throw noNetwork }
        return LaunchPlan(
            name: wish.name,
            profile: wish.profile,
            image: facts.image,
            vpc: vpc,
            candidates: try await candidates(wish.profile, facts),
            keyPair: facts.keyPair,
            owner: facts.owner,
            generation: generation,
            expires: wish.profile.ttl.value.map { time.now.addingTimeInterval($0.seconds) }
        )
    }

    private func candidates(_ profile: LaunchProfile, _ facts: Facts) async throws
        -> [LaunchPlan.Candidate]
    {
        do {
            return try Self.candidates(
                profile,
                types: facts.types,
                subnets: facts.subnets,
                pools: facts.pools,
                region: region
            )
        } catch {
            // A type that does not exist has no price either: that is the better thing to say.
            _ = try await known(Self.types(profile), of: profile)
            throw error
        }
    }

    /// What AWS says about everything that the plan depends on.
    private struct Facts: Sendable {
        let owner: String
        let keyPair: KeyPairProvisioner.Finding
        let subnets: [Subnet]
        let pools: [SpotPool]
        /// Those of the profile that the region has.
        let types: [InstanceType]
        let image: ResolvedImage
    }

    /// Asks at the same time what does not depend on each other.
    private func facts(_ wish: LaunchWish, isPreview: Bool) async throws -> Facts {
        let profile = wish.profile
        let keyPairs = KeyPairProvisioner(ec2: ec2, keys: keys)
        async let owner = sts.getCallerIdentity()
        async let keyPair =
            isPreview ? keyPairs.check(wish.name) : keyPairs.checkKnown(wish.name)
        async let subnets = subnets(profile)
        async let pools = pools(profile)
        async let machine = machine(profile, isPreview: isPreview)
        let (types, image) = try await machine
        return Facts(
            owner: try await owner.arn,
            keyPair: try await keyPair,
            subnets: try await subnets,
            pools: try await pools,
            types: types,
            image: image
        )
    }

    static func types(_ profile: LaunchProfile) -> [InstanceType] {
        profile.instanceTypes.value.map { InstanceType($0) }
    }

    /// The pools in the order in which they are tried, each with the subnet of its zone.
    package static func candidates(
        _ profile: LaunchProfile,
        types: [InstanceType],
        subnets: [Subnet],
        pools: [SpotPool],
        region: Region
    ) throws(GeneralFailure) -> [LaunchPlan.Candidate] {
        let usable = subnets.filter {
            profile.zones.value.isEmpty || profile.zones.value.contains($0.zone.rawValue)
        }
        let byZone = Dictionary(usable.map { ($0.zone, $0) }) { first, _ in first }
        let spot = PoolRanking.ranked(pools, preferring: types).compactMap { pool in
            byZone[pool.zone].map {
                LaunchPlan.Candidate(
                    instanceType: pool.instanceType,
                    zone: pool.zone,
                    subnet: $0.id,
                    market: .spot,
                    price: pool.price
                )
            }
        }
        let onDemand = types.flatMap { type in
            byZone.values.sorted { $0.zone < $1.zone }.map {
                LaunchPlan.Candidate(
                    instanceType: type,
                    zone: $0.zone,
                    subnet: $0.id,
                    market: .onDemand,
                    price: nil
                )
            }
        }
        let candidates =
            switch profile.market.value {
            case .spot: spot
            case .onDemand: onDemand
            case .spotThenOnDemand: spot + onDemand
            }
        guard !candidates.isEmpty else { throw nowhere(profile, types, subnets, region) }
        return candidates
    }

    private static func nowhere(
        _ profile: LaunchProfile,
        _ types: [InstanceType],
        _ subnets: [Subnet],
        _ region: Region
    ) -> GeneralFailure {
        let names = types.map(\.rawValue).joined(separator: ", ")
        let zones =
            profile.zones.value.isEmpty
            ? "any zone of \(region)" : profile.zones.value.joined(separator: ", ")
        guard profile.market.value != .onDemand else {
            return GeneralFailure(
                .usage,
                "cannot launch \(names): there is no subnet for it in \(zones)",
                hint: "name other zones with --zone, or a subnet with --subnet"
            )
        }
        return GeneralFailure(
            .capacity,
            "cannot launch \(names): there is no spot price for it in \(zones)",
            hint: "'spot price \(types.first?.rawValue ?? "t3.small")' shows where it is offered"
        )
    }

    private func pools(_ profile: LaunchProfile) async throws -> [SpotPool] {
        guard profile.market.value != .onDemand else { return [] }
        return try await SpotMarket(ec2: ec2, time: time).pools(of: Self.types(profile))
    }

    /// The profile's subnet, or the default subnet of each zone.
    private func subnets(_ profile: LaunchProfile) async throws -> [Subnet] {
        if let subnet = profile.subnet.value {
            return [try await self.subnet(SubnetID(subnet))]
        }
        let subnets = try await ec2.describeSubnets(
            DescribeSubnets(filters: [Filter("default-for-az", ["true"])])
        )
        guard !subnets.isEmpty else { throw noNetwork }
        return subnets
    }

    private var noNetwork: GeneralFailure {
        GeneralFailure(
            .conflict,
            "cannot choose a network: \(region) has no default VPC with subnets",
            hint: "name a subnet with --subnet, or run 'aws ec2 create-default-vpc'"
        )
    }

    private func subnet(_ id: SubnetID) async throws -> Subnet {
        let unknown = { (cause: AWSError?) in
            GeneralFailure(
                .usage,
                "cannot use the subnet \(id): there is none of that id in \(region)",
                hint: "'aws ec2 describe-subnets' lists those of a region",
                cause: cause
            )
        }
        do {
            guard let subnet = try await ec2.describeSubnets(DescribeSubnets(ids: [id])).first
            else { throw unknown(nil) }
            return subnet
        } catch let error as AWSError where Self.isUnknownSubnet(error) {
            throw unknown(error)
        }
    }

    private static func isUnknownSubnet(_ error: AWSError) -> Bool {
        ["InvalidSubnetID.NotFound", "InvalidSubnetId.Malformed", "InvalidSubnetID.Malformed"]
            .contains(error.code)
    }
}
