import AWSServices
import SpotSupport

/// Literals read better in tests; outside of them an identifier always comes from somebody else.
extension Identifier where Self: ExpressibleByStringLiteral {
    init(stringLiteral value: String) { self.init(rawValue: value) }
}

extension AvailabilityZone: ExpressibleByStringLiteral {}
extension FileSystemID: ExpressibleByStringLiteral {}
extension ImageID: ExpressibleByStringLiteral {}
extension InstanceID: ExpressibleByStringLiteral {}
extension InstanceType: ExpressibleByStringLiteral {}
extension KeyPairID: ExpressibleByStringLiteral {}
extension KeyPairName: ExpressibleByStringLiteral {}
extension LaunchTemplateName: ExpressibleByStringLiteral {}
extension MountTargetID: ExpressibleByStringLiteral {}
extension SecurityGroupID: ExpressibleByStringLiteral {}
extension SnapshotID: ExpressibleByStringLiteral {}
extension SpotInstanceRequestID: ExpressibleByStringLiteral {}
extension SubnetID: ExpressibleByStringLiteral {}
extension VolumeID: ExpressibleByStringLiteral {}
extension VpcID: ExpressibleByStringLiteral {}
