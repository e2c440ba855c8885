import AWSRuntime
import SpotSupport

/// `i-0123456789abcdef0`.
package struct InstanceID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `sg-…`.
package struct SecurityGroupID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `sgr-…`.
package struct SecurityGroupRuleID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `ami-…`.
package struct ImageID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `subnet-…`.
package struct SubnetID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `vpc-…`.
package struct VpcID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `vol-…`.
package struct VolumeID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `snap-…`.
package struct SnapshotID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `sir-…`.
package struct SpotInstanceRequestID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a key pair, unique in its region.
package struct KeyPairName: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `key-…`.
package struct KeyPairID: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a launch template, unique in its region: 3 to 128 letters, digits and `().-/_`.
package struct LaunchTemplateName: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// The name of a zone, `eu-central-1a`; the same name is another place in another account.
package struct AvailabilityZone: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}

/// `m7g.large`.
package struct InstanceType: Identifier, QueryValue {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }
}
