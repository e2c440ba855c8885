package import AWSRuntime
package import AWSServices
import FoundationEssentials
package import SpotProfiles
package import SpotSupport

/// Decides where and as what a machine starts; only reads.
package struct LaunchPlanner: Sendable {
    private let ec2: any EC2Client
    private let ssm: any SSMClient
    private let sts: any STSClient
    private let keys: KeyStore
    private let region: Region
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

    package func plan(_ wish: LaunchWish, generation: Int) async throws -> LaunchPlan {
        let facts = try await facts(wish)
        guard let vpc = facts.subnets.first?.vpc else { throw noNetwork }
        return LaunchPlan(
            name: wish.name,
            profile: wish.profile,
            image: facts.image,
            vpc: vpc,
            candidates: try Self.candidates(
                wish.profile,
                types: facts.types,
                subnets: facts.subnets,
                pools: facts.pools,
                region: region
            ),
            keyPair: facts.keyPair,
            owner: facts.owner,
            generation: generation,
            expires: wish.profile.ttl.value.map { time.now.addingTimeInterval($0.seconds) }
        )
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
    private func facts(_ wish: LaunchWish) async throws -> Facts {
        let profile = wish.profile
        let keyPairs = KeyPairProvisioner(ec2: ec2, keys: keys)
        async let owner = sts.getCallerIdentity()
        async let keyPair = keyPairs.check(wish.name)
        async let subnets = subnets(profile)
        async let pools = pools(profile)
        async let machine = machine(profile)
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

    private static func types(_ profile: LaunchProfile) -> [InstanceType] {
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

    /// The types that the region has, and the image for them.
    ///
    /// Asked with a filter: named outright, one type that the region lacks would fail the whole call.
    private func machine(_ profile: LaunchProfile) async throws -> ([InstanceType], ResolvedImage) {
        let wanted = Self.types(profile)
        let facts = try await ec2.describeInstanceTypes(
            DescribeInstanceTypes(filters: [Filter("instance-type", wanted.map(\.rawValue))])
        )
        let known = Set(facts.map(\.type))
        let types = wanted.filter(known.contains)
        guard !types.isEmpty else {
            throw GeneralFailure(
                .usage,
                "cannot use profile \(profile.name): \(region) has no "
                    + wanted.map(\.rawValue).joined(separator: " and no "),
                hint: "give other types with --instance-type, or another --region"
            )
        }
        let architectures = Set(facts.map { Self.architecture($0) })
        guard let architecture = architectures.first, architectures.count == 1 else {
            throw GeneralFailure(
                .usage,
                "cannot use profile \(profile.name): its instance types run different "
                    + "architectures (\(architectures.map(\.rawValue).sorted().joined(separator: ", ")))",
                hint: "one image fits one architecture: split the profile in two"
            )
        }
        let image = try await ImageResolver(ec2: ec2, ssm: ssm, region: region)
            .resolve(profile.image.value, architecture: architecture)
        return (types, image)
    }

    /// 64 bits win where a type also runs 32.
    private static func architecture(_ facts: InstanceTypeDescription) -> Architecture {
        facts.architectures.contains(Architecture.arm.rawValue) ? .arm : .x86
    }
}
