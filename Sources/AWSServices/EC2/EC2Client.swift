package import AWSRuntime

/// The calls of EC2 in one region; lists come whole, whatever the number of pages.
package protocol EC2Client: Sendable {
    var region: Region { get }

    func runInstances(_ request: RunInstances) async throws(AWSError) -> [Instance]
    func createFleet(_ request: CreateFleet) async throws(AWSError) -> CreateFleetResult
    func createLaunchTemplate(_ request: CreateLaunchTemplate) async throws(AWSError)
    func deleteLaunchTemplate(_ name: LaunchTemplateName) async throws(AWSError)
    func describeLaunchTemplates(
        _ query: DescribeLaunchTemplates
    ) async throws(AWSError) -> [LaunchTemplate]
    func describeInstances(_ query: DescribeInstances) async throws(AWSError) -> [Instance]
    func terminateInstances(_ ids: [InstanceID]) async throws(AWSError) -> [InstanceStateChange]
    func stopInstances(
        _ ids: [InstanceID],
        hibernating: Bool
    ) async throws(AWSError) -> [InstanceStateChange]
    func startInstances(_ ids: [InstanceID]) async throws(AWSError) -> [InstanceStateChange]
    func getConsoleOutput(
        of id: InstanceID,
        latest: Bool
    ) async throws(AWSError) -> ConsoleOutput
    func modifyInstanceAttribute(_ request: ModifyInstanceAttribute) async throws(AWSError)

    func describeSpotInstanceRequests(
        _ query: DescribeSpotInstanceRequests
    ) async throws(AWSError) -> [SpotInstanceRequest]
    func cancelSpotInstanceRequests(
        _ ids: [SpotInstanceRequestID]
    ) async throws(AWSError) -> [SpotInstanceRequestID]
    func describeSpotPriceHistory(
        _ query: DescribeSpotPriceHistory
    ) async throws(AWSError) -> [SpotPrice]

    func describeInstanceTypes(
        _ query: DescribeInstanceTypes
    ) async throws(AWSError) -> [InstanceTypeDescription]
    func describeInstanceTypeOfferings(
        _ query: DescribeInstanceTypeOfferings
    ) async throws(AWSError) -> [InstanceTypeOffering]
    func describeImages(_ query: DescribeImages) async throws(AWSError) -> [Image]

    func describeVpcs(_ query: DescribeVpcs) async throws(AWSError) -> [Vpc]
    func describeSubnets(_ query: DescribeSubnets) async throws(AWSError) -> [Subnet]
    func describeAvailabilityZones(
        _ query: DescribeAvailabilityZones
    ) async throws(AWSError) -> [AvailabilityZoneDescription]
    func describeRegions(
        _ query: DescribeRegions
    ) async throws(AWSError) -> [RegionDescription]

    func createSecurityGroup(
        _ request: CreateSecurityGroup
    ) async throws(AWSError) -> SecurityGroupID
    func describeSecurityGroups(
        _ query: DescribeSecurityGroups
    ) async throws(AWSError) -> [SecurityGroup]
    func authorizeSecurityGroupIngress(
        _ request: AuthorizeSecurityGroupIngress
    ) async throws(AWSError)
    func revokeSecurityGroupIngress(_ request: RevokeSecurityGroupIngress) async throws(AWSError)
    func deleteSecurityGroup(_ group: SecurityGroupID) async throws(AWSError)

    func importKeyPair(_ request: ImportKeyPair) async throws(AWSError) -> KeyPair
    func describeKeyPairs(_ query: DescribeKeyPairs) async throws(AWSError) -> [KeyPair]
    func deleteKeyPair(_ name: KeyPairName) async throws(AWSError)

    func createTags(_ request: CreateTags) async throws(AWSError)
    func describeVolumes(_ query: DescribeVolumes) async throws(AWSError) -> [Volume]

    func describeRouteTables(_ query: DescribeRouteTables) async throws(AWSError) -> [RouteTable]
    /// Whether the operation would be allowed; nothing is done.
    /// - Throws: What EC2 says against it, `UnauthorizedOperation` for a lack of permission.
    func dryRun(_ operation: some EC2Operation) async throws(AWSError)
}
