package import AWSServices

/// One call that a fake of EC2 has heard.
package enum FakeCall: Hashable, Sendable {
    case runInstances(RunInstances)
    case createFleet(CreateFleet)
    case createLaunchTemplate(CreateLaunchTemplate)
    case deleteLaunchTemplate(LaunchTemplateName)
    case describeInstances(DescribeInstances)
    case terminateInstances([InstanceID])
    case stopInstances([InstanceID])
    case startInstances([InstanceID])
    case cancelSpotInstanceRequests([SpotInstanceRequestID])
    case createSecurityGroup(CreateSecurityGroup)
    case authorizeSecurityGroupIngress(AuthorizeSecurityGroupIngress)
    case revokeSecurityGroupIngress(RevokeSecurityGroupIngress)
    case deleteSecurityGroup(SecurityGroupID)
    case importKeyPair(ImportKeyPair)
    case deleteKeyPair(KeyPairName)
    case createTags(CreateTags)
    case getConsoleOutput(InstanceID, latest: Bool)
    /// A question whose words no test looks at.
    case other(Operation)

    /// The operations of EC2, as AWS spells them.
    package enum Operation: String, Hashable, Sendable {
        case runInstances = "RunInstances"
        case createFleet = "CreateFleet"
        case createLaunchTemplate = "CreateLaunchTemplate"
        case deleteLaunchTemplate = "DeleteLaunchTemplate"
        case describeLaunchTemplates = "DescribeLaunchTemplates"
        case describeInstances = "DescribeInstances"
        case terminateInstances = "TerminateInstances"
        case stopInstances = "StopInstances"
        case startInstances = "StartInstances"
        case getConsoleOutput = "GetConsoleOutput"
        case modifyInstanceAttribute = "ModifyInstanceAttribute"
        case describeSpotInstanceRequests = "DescribeSpotInstanceRequests"
        case cancelSpotInstanceRequests = "CancelSpotInstanceRequests"
        case describeSpotPriceHistory = "DescribeSpotPriceHistory"
        case describeInstanceTypes = "DescribeInstanceTypes"
        case describeInstanceTypeOfferings = "DescribeInstanceTypeOfferings"
        case describeImages = "DescribeImages"
        case describeVpcs = "DescribeVpcs"
        case describeSubnets = "DescribeSubnets"
        case describeAvailabilityZones = "DescribeAvailabilityZones"
        case describeRegions = "DescribeRegions"
        case createSecurityGroup = "CreateSecurityGroup"
        case describeSecurityGroups = "DescribeSecurityGroups"
        case authorizeSecurityGroupIngress = "AuthorizeSecurityGroupIngress"
        case revokeSecurityGroupIngress = "RevokeSecurityGroupIngress"
        case deleteSecurityGroup = "DeleteSecurityGroup"
        case importKeyPair = "ImportKeyPair"
        case describeKeyPairs = "DescribeKeyPairs"
        case deleteKeyPair = "DeleteKeyPair"
        case createTags = "CreateTags"
        case describeVolumes = "DescribeVolumes"
        case describeRouteTables = "DescribeRouteTables"
    }

    package var operation: Operation {
        switch self {
        case .runInstances: .runInstances
        case .createFleet: .createFleet
        case .createLaunchTemplate: .createLaunchTemplate
        case .deleteLaunchTemplate: .deleteLaunchTemplate
        case .describeInstances: .describeInstances
        case .terminateInstances: .terminateInstances
        case .stopInstances: .stopInstances
        case .startInstances: .startInstances
        case .cancelSpotInstanceRequests: .cancelSpotInstanceRequests
        case .createSecurityGroup: .createSecurityGroup
        case .authorizeSecurityGroupIngress: .authorizeSecurityGroupIngress
        case .revokeSecurityGroupIngress: .revokeSecurityGroupIngress
        case .deleteSecurityGroup: .deleteSecurityGroup
        case .importKeyPair: .importKeyPair
        case .deleteKeyPair: .deleteKeyPair
        case .createTags: .createTags
        case .getConsoleOutput: .getConsoleOutput
        case .other(let operation): operation
        }
    }
}
