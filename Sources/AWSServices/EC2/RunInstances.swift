package import AWSRuntime

package import struct FoundationEssentials.Date

/// Starts instances.
package struct RunInstances: EC2Operation, Hashable {
    package typealias Output = [Instance]

    package var image: ImageID
    package var type: InstanceType
    /// As many as there is capacity for, but at least `minimumCount`.
    package var minimumCount = 1
    package var maximumCount = 1
    /// At most 64 characters; the same token never starts a second machine.
    ///
    /// Without one the call is never repeated.
    package var clientToken: String?
    package var keyName: KeyPairName?
    /// Before base64; at most 16 384 bytes.
    package var userData: [UInt8]?
    /// Nil for on-demand capacity.
    package var spot: SpotOptions?
    package var network: NetworkPlacement?
    package var zone: AvailabilityZone?
    package var instanceProfileName: String?
    /// One-minute metrics, which cost money.
    package var isMonitored = false
    package var metadata: MetadataOptions?
    package var volumes: [BlockDeviceMapping] = []
    package var shutdownBehavior: ShutdownBehavior?
    /// `standard` or `unlimited`; only for burstable types.
    package var cpuCredits: String?
    package var tags: [TagSpecification] = []
    /// Only asks whether it would be allowed: the answer is the error `DryRunOperation`.
    package var isDryRun = false

    /// What a shutdown from inside does.
    package enum ShutdownBehavior: String, Sendable, QueryValue {
        case stop
        case terminate
    }

    package init(image: ImageID, type: InstanceType) {
        self.image = image
        self.type = type
    }

    package var effect: OperationEffect { clientToken == nil ? .once : .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["ImageId"] = image
        fields["InstanceType"] = type
        fields["MinCount"] = minimumCount
        fields["MaxCount"] = maximumCount
        fields["ClientToken"] = clientToken
        fields["KeyName"] = keyName
        fields.setBlob("UserData", userData)
        fields.setStructure("InstanceMarketOptions", spot) { $1.encode(to: &$0) }
        fields.setStructures("NetworkInterface", network.map { [$0] }) { $1.encode(to: &$0) }
        fields["Placement.AvailabilityZone"] = zone
        fields["IamInstanceProfile.Name"] = instanceProfileName
        if isMonitored { fields["Monitoring.Enabled"] = true }
        fields.setStructure("MetadataOptions", metadata) { $1.encode(to: &$0) }
        fields.setStructures("BlockDeviceMapping", volumes) { $1.encode(to: &$0) }
        fields["InstanceInitiatedShutdownBehavior"] = shutdownBehavior
        fields["CreditSpecification.CpuCredits"] = cpuCredits
        fields.setTagSpecifications(tags)
        if isDryRun { fields["DryRun"] = true }
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> [Instance] {
        var instances: [Instance] = []
        for item in answer.items("instancesSet") { instances.append(try Instance(item)) }
        return instances
    }
}

/// How spot capacity is asked for.
package struct SpotOptions: Sendable, Hashable {
    /// Whether AWS starts a new machine in place of one that it took back.
    package enum RequestType: String, Sendable, QueryValue {
        case oneTime = "one-time"
        case persistent
    }

    /// What happens to the machine when AWS takes its capacity back.
    package enum InterruptionBehavior: String, Sendable, QueryValue {
        case hibernate
        case stop
        case terminate
    }

    package var requestType: RequestType
    /// Anything but `terminate` needs a persistent request.
    package var interruptionBehavior: InterruptionBehavior
    /// Dollars an hour as a decimal; without one the on-demand price is the limit.
    package var maximumPrice: String?
    /// When a persistent request ends; nil for never.
    package var validUntil: Date?

    package init(
        requestType: RequestType = .oneTime,
        interruptionBehavior: InterruptionBehavior = .terminate,
        maximumPrice: String? = nil,
        validUntil: Date? = nil
    ) {
        self.requestType = requestType
        self.interruptionBehavior = interruptionBehavior
        self.maximumPrice = maximumPrice
        self.validUntil = validUntil
    }

    fileprivate func encode(to fields: inout QueryEncoder) {
        fields["MarketType"] = "spot"
        fields["SpotOptions.SpotInstanceType"] = requestType
        fields["SpotOptions.InstanceInterruptionBehavior"] = interruptionBehavior
        fields["SpotOptions.MaxPrice"] = maximumPrice
        fields["SpotOptions.ValidUntil"] = validUntil
    }
}

/// The first network interface of a machine.
///
/// Subnet and groups have to stand here and not beside it as soon as a public address is asked for.
package struct NetworkPlacement: Sendable, Hashable {
    /// Nil for the default subnet.
    package var subnet: SubnetID?
    package var groups: [SecurityGroupID]
    /// Nil leaves it to the subnet.
    package var assignsPublicAddress: Bool?
    package var ipv6AddressCount: Int?

    package init(
        subnet: SubnetID? = nil,
        groups: [SecurityGroupID],
        assignsPublicAddress: Bool? = nil,
        ipv6AddressCount: Int? = nil
    ) {
        self.subnet = subnet
        self.groups = groups
        self.assignsPublicAddress = assignsPublicAddress
        self.ipv6AddressCount = ipv6AddressCount
    }

    fileprivate func encode(to fields: inout QueryEncoder) {
        fields["DeviceIndex"] = 0
        fields["SubnetId"] = subnet
        fields.setList("SecurityGroupId", groups)
        fields["AssociatePublicIpAddress"] = assignsPublicAddress
        fields["Ipv6AddressCount"] = ipv6AddressCount
        fields["DeleteOnTermination"] = true
    }
}

/// How the machine reaches its metadata service.
package struct MetadataOptions: Sendable, Hashable {
    /// Version 2 only: every request needs a session token.
    package var requiresTokens: Bool
    /// Network hops an answer may take: 2 lets containers reach the service.
    package var hopLimit: Int?
    package var isReachableOverIPv6: Bool?
    package var showsTags: Bool?

    package init(
        requiresTokens: Bool = true,
        hopLimit: Int? = nil,
        isReachableOverIPv6: Bool? = nil,
        showsTags: Bool? = nil
    ) {
        self.requiresTokens = requiresTokens
        self.hopLimit = hopLimit
        self.isReachableOverIPv6 = isReachableOverIPv6
        self.showsTags = showsTags
    }

    fileprivate func encode(to fields: inout QueryEncoder) {
        func word(_ isOn: Bool) -> String { isOn ? "enabled" : "disabled" }
        fields["HttpTokens"] = requiresTokens ? "required" : "optional"
        fields["HttpEndpoint"] = "enabled"
        fields["HttpPutResponseHopLimit"] = hopLimit
        fields["HttpProtocolIpv6"] = isReachableOverIPv6.map(word)
        fields["InstanceMetadataTags"] = showsTags.map(word)
    }
}

/// A volume that is made with the machine.
package struct BlockDeviceMapping: Sendable, Hashable {
    package var deviceName: String
    /// GiB; nil takes the size of the snapshot.
    package var size: Int?
    package var type: String
    package var isEncrypted: Bool?
    package var deletesOnTermination: Bool
    package var iops: Int?
    /// MiB a second.
    package var throughput: Int?
    package var kmsKey: String?

    package init(
        deviceName: String,
        size: Int? = nil,
        type: String = "gp3",
        isEncrypted: Bool? = true,
        deletesOnTermination: Bool = true,
        iops: Int? = nil,
        throughput: Int? = nil,
        kmsKey: String? = nil
    ) {
        self.deviceName = deviceName
        self.size = size
        self.type = type
        self.isEncrypted = isEncrypted
        self.deletesOnTermination = deletesOnTermination
        self.iops = iops
        self.throughput = throughput
        self.kmsKey = kmsKey
    }

    fileprivate func encode(to fields: inout QueryEncoder) {
        fields["DeviceName"] = deviceName
        fields["Ebs.VolumeSize"] = size
        fields["Ebs.VolumeType"] = type
        fields["Ebs.Encrypted"] = isEncrypted
        fields["Ebs.DeleteOnTermination"] = deletesOnTermination
        fields["Ebs.Iops"] = iops
        fields["Ebs.Throughput"] = throughput
        fields["Ebs.KmsKeyId"] = kmsKey
    }
}
