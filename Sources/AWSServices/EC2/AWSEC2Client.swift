package import AWSRuntime

/// EC2 itself, over the network.
package struct AWSEC2Client: EC2Client {
    private let client: AWSClient

    package init(_ client: AWSClient) { self.client = client }

    package var region: Region { client.region }

    package func runInstances(_ request: RunInstances) async throws(AWSError) -> [Instance] {
        try await client.send(request)
    }

    package func createFleet(
        _ request: CreateFleet
    ) async throws(AWSError) -> CreateFleetResult {
        try await client.send(request)
    }

    package func createLaunchTemplate(
        _ request: CreateLaunchTemplate
    ) async throws(AWSError) {
        _ = try await client.send(request)
    }

    package func deleteLaunchTemplate(_ name: LaunchTemplateName) async throws(AWSError) {
        _ = try await client.send(DeleteLaunchTemplate(name))
    }

    package func describeLaunchTemplates(
        _ query: DescribeLaunchTemplates
    ) async throws(AWSError) -> [LaunchTemplate] {
        try await all(query)
    }

    package func describeInstances(
        _ query: DescribeInstances
    ) async throws(AWSError) -> [Instance] {
        try await all(query).flatMap(\.self)
    }

    package func terminateInstances(
        _ ids: [InstanceID]
    ) async throws(AWSError) -> [InstanceStateChange] {
        try await client.send(TerminateInstances(ids))
    }

    package func stopInstances(
        _ ids: [InstanceID],
        hibernating: Bool
    ) async throws(AWSError) -> [InstanceStateChange] {
        try await client.send(StopInstances(ids, hibernates: hibernating))
    }

    package func startInstances(
        _ ids: [InstanceID]
    ) async throws(AWSError) -> [InstanceStateChange] {
        try await client.send(StartInstances(ids))
    }

    package func getConsoleOutput(
        of id: InstanceID,
        latest: Bool
    ) async throws(AWSError) -> ConsoleOutput {
        try await client.send(GetConsoleOutput(of: id, isLatest: latest))
    }

    package func modifyInstanceAttribute(
        _ request: ModifyInstanceAttribute
    ) async throws(AWSError) {
        _ = try await client.send(request)
    }

    package func describeSpotInstanceRequests(
        _ query: DescribeSpotInstanceRequests
    ) async throws(AWSError) -> [SpotInstanceRequest] {
        try await all(query)
    }

    package func cancelSpotInstanceRequests(
        _ ids: [SpotInstanceRequestID]
    ) async throws(AWSError) -> [SpotInstanceRequestID] {
        try await client.send(CancelSpotInstanceRequests(ids))
    }

    package func describeSpotPriceHistory(
        _ query: DescribeSpotPriceHistory
    ) async throws(AWSError) -> [SpotPrice] {
        try await all(query)
    }

    package func describeInstanceTypes(
        _ query: DescribeInstanceTypes
    ) async throws(AWSError) -> [InstanceTypeDescription] {
        try await all(query)
    }

    package func describeInstanceTypeOfferings(
        _ query: DescribeInstanceTypeOfferings
    ) async throws(AWSError) -> [InstanceTypeOffering] {
        try await all(query)
    }

    package func describeImages(_ query: DescribeImages) async throws(AWSError) -> [Image] {
        try await all(query)
    }

    package func describeVolumes(_ query: DescribeVolumes) async throws(AWSError) -> [Volume] {
        try await all(query)
    }

    package func createTags(_ request: CreateTags) async throws(AWSError) {
        _ = try await client.send(request)
    }
}

extension AWSEC2Client {
    package func describeVpcs(_ query: DescribeVpcs) async throws(AWSError) -> [Vpc] {
        try await all(query)
    }

    package func describeSubnets(_ query: DescribeSubnets) async throws(AWSError) -> [Subnet] {
        try await all(query)
    }

    package func describeAvailabilityZones(
        _ query: DescribeAvailabilityZones
    ) async throws(AWSError) -> [AvailabilityZoneDescription] {
        try await client.send(query)
    }

    package func describeRegions(
        _ query: DescribeRegions
    ) async throws(AWSError) -> [RegionDescription] {
        try await client.send(query)
    }

    package func createSecurityGroup(
        _ request: CreateSecurityGroup
    ) async throws(AWSError) -> SecurityGroupID {
        try await client.send(request)
    }

    package func describeSecurityGroups(
        _ query: DescribeSecurityGroups
    ) async throws(AWSError) -> [SecurityGroup] {
        try await all(query)
    }

    package func authorizeSecurityGroupIngress(
        _ request: AuthorizeSecurityGroupIngress
    ) async throws(AWSError) {
        _ = try await client.send(request)
    }

    package func revokeSecurityGroupIngress(
        _ request: RevokeSecurityGroupIngress
    ) async throws(AWSError) {
        _ = try await client.send(request)
    }

    package func deleteSecurityGroup(_ group: SecurityGroupID) async throws(AWSError) {
        _ = try await client.send(DeleteSecurityGroup(group))
    }

    package func importKeyPair(_ request: ImportKeyPair) async throws(AWSError) -> KeyPair {
        try await client.send(request)
    }

    package func describeKeyPairs(_ query: DescribeKeyPairs) async throws(AWSError) -> [KeyPair] {
        try await client.send(query)
    }

    package func deleteKeyPair(_ name: KeyPairName) async throws(AWSError) {
        _ = try await client.send(DeleteKeyPair(name))
    }

    package func describeRouteTables(
        _ query: DescribeRouteTables
    ) async throws(AWSError) -> [RouteTable] {
        try await all(query)
    }

    package func dryRun(_ operation: some EC2Operation) async throws(AWSError) {
        do {
            _ = try await client.send(DryRun(operation))
        } catch {
            guard error.code == .dryRunSucceeded else { throw error }
        }
    }

    private func all<List: EC2ListOperation>(_ query: List) async throws(AWSError) -> [List.Item] {
        try await client.sendAllPages(query).flatMap(\.items)
    }
}
