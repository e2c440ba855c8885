package import AWSRuntime
package import AWSServices
package import SpotInstances
package import SpotProfiles
package import SpotSupport

/// The account and the region that are looked at, and what a launch there would begin with.
package struct Account: Sendable {
    let region: Region
    let ec2: any EC2Client
    let ssm: any SSMClient
    let sts: any STSClient
    let iam: any IAMClient
    let quotas: any ServiceQuotasClient
    let listPrices: ListPrices
    let clock: ServerClock
    let ec2InRegion: @Sendable (Region) -> any EC2Client
    let time: any TimeSource
    /// What is launched where nothing else is said.
    let profile: LaunchProfile

    package init(
        region: Region,
        ec2: any EC2Client,
        ssm: any SSMClient,
        sts: any STSClient,
        iam: any IAMClient,
        quotas: any ServiceQuotasClient,
        listPrices: ListPrices,
        clock: ServerClock,
        ec2InRegion: @escaping @Sendable (Region) -> any EC2Client,
        time: any TimeSource,
        profile: LaunchProfile
    ) {
        self.region = region
        self.ec2 = ec2
        self.ssm = ssm
        self.sts = sts
        self.iam = iam
        self.quotas = quotas
        self.listPrices = listPrices
        self.clock = clock
        self.ec2InRegion = ec2InRegion
        self.time = time
        self.profile = profile
    }

    var directory: MachineDirectory { MachineDirectory(ec2: ec2, region: region) }

    /// The subnet that the profile names, or the default subnet of each zone.
    func subnets() async throws -> [Subnet] {
        if let id = profile.subnet.value {
            return try await ec2.describeSubnets(DescribeSubnets(ids: [SubnetID(id)]))
        }
        return try await ec2.describeSubnets(
            DescribeSubnets(filters: [Filter("default-for-az", ["true"])])
        )
    }

    /// The first of the profile's types that the region has.
    func type() async throws -> InstanceTypeDescription? {
        let wanted = profile.instanceTypes.value
        let found = try await ec2.describeInstanceTypes(
            DescribeInstanceTypes(filters: [Filter("instance-type", wanted)])
        )
        return wanted.lazy.compactMap { name in found.first { $0.type.rawValue == name } }.first
    }
}
