import AWSRuntime

/// What a machine is made of: the part that `RunInstances` and a launch template have in common.
package struct LaunchTemplateData: Sendable, Hashable {
    package var image: ImageID
    /// Nil where a fleet chooses.
    package var type: InstanceType?
    package var keyName: KeyPairName?
    /// Before base64; at most 16 384 bytes.
    package var userData: [UInt8]?
    package var network: NetworkPlacement?
    package var instanceProfileName: String?
    /// One-minute metrics, which cost money.
    package var isMonitored = false
    package var metadata: MetadataOptions?
    package var volumes: [BlockDeviceMapping] = []
    package var shutdownBehavior: ShutdownBehavior?
    /// `standard` or `unlimited`; only for burstable types.
    package var cpuCredits: String?
    /// For the resources that come with the machine, and itself.
    package var tags: [TagSpecification] = []

    /// What a shutdown from inside does.
    package enum ShutdownBehavior: String, Sendable, QueryValue {
        case stop
        case terminate
    }

    package init(image: ImageID, type: InstanceType? = nil) {
        self.image = image
        self.type = type
    }

    func encode(to fields: inout QueryEncoder) {
        fields["ImageId"] = image
        fields["InstanceType"] = type
        fields["KeyName"] = keyName
        // botocore encodes it for RunInstances only; AWS wants it so in both.
        fields.setBlob("UserData", userData)
        fields.setStructures("NetworkInterface", network.map { [$0] }) { $1.encode(to: &$0) }
        fields["IamInstanceProfile.Name"] = instanceProfileName
        if isMonitored { fields["Monitoring.Enabled"] = true }
        fields.setStructure("MetadataOptions", metadata) { $1.encode(to: &$0) }
        fields.setStructures("BlockDeviceMapping", volumes) { $1.encode(to: &$0) }
        fields["InstanceInitiatedShutdownBehavior"] = shutdownBehavior
        fields["CreditSpecification.CpuCredits"] = cpuCredits
        fields.setTagSpecifications(tags)
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
