import AWSRuntime
import SpotSupport

package import struct FoundationEssentials.Date

/// A machine, as EC2 describes it.
///
/// What is optional is absent for some states or kinds of instance: a terminated one has no network.
package struct Instance: Sendable, Hashable {
    /// A security group as instances and network interfaces name it.
    package struct Group: Sendable, Hashable {
        package let id: SecurityGroupID
        package let name: String

        package init(id: SecurityGroupID, name: String) {
            self.id = id
            self.name = name
        }
    }

    /// A volume and the name under which the machine sees it.
    package struct Volume: Sendable, Hashable {
        package let deviceName: String
        package let id: VolumeID
        package let deletesOnTermination: Bool

        package init(deviceName: String, id: VolumeID, deletesOnTermination: Bool) {
            self.deviceName = deviceName
            self.id = id
            self.deletesOnTermination = deletesOnTermination
        }
    }

    package var id: InstanceID
    package var state: InstanceState
    package var type: InstanceType
    package var image: ImageID
    /// Of the present start; a stopped and started instance begins anew.
    package var launchTime: Date
    package var zone: AvailabilityZone
    package var stateReason: StateReason?
    /// "User initiated (2026-11-21 10:52:00 GMT)"; the time of a stop is nowhere else.
    package var stateTransitionReason: String?
    /// `x86_64` or `arm64`.
    package var architecture: String?
    package var subnet: SubnetID?
    package var vpc: VpcID?
    package var publicAddress: String?
    package var privateAddress: String?
    package var ipv6Address: String?
    package var keyName: KeyPairName?
    /// Whether it runs on spot capacity.
    package var isSpot = false
    package var spotRequest: SpotInstanceRequestID?
    package var groups: [Group] = []
    package var volumes: [Volume] = []
    package var rootDeviceName: String?
    package var tags: [String: String] = [:]
    package var clientToken: String?
    /// "Linux/UNIX", as prices are asked for.
    package var platformDetails: String?
    package var instanceProfileARN: String?

    package init(
        id: InstanceID,
        state: InstanceState,
        type: InstanceType,
        image: ImageID,
        launchTime: Date,
        zone: AvailabilityZone
    ) {
        self.id = id
        self.state = state
        self.type = type
        self.image = image
        self.launchTime = launchTime
        self.zone = zone
    }
}

extension Instance {
    init(_ element: XMLElement) throws(XMLError) {
        self.init(
            id: try element.requireIdentifier("instanceId"),
            state: try element.instanceState("instanceState"),
            type: try element.requireIdentifier("instanceType"),
            image: try element.requireIdentifier("imageId"),
            launchTime: try element.requireDate("launchTime"),
            zone: AvailabilityZone(element["placement"]?.text("availabilityZone") ?? "")
        )
        stateReason = element["stateReason"].flatMap { reason in
            reason.nonEmptyText("code").map {
                StateReason(code: $0, message: reason.text("message") ?? "")
            }
        }
        stateTransitionReason = element.nonEmptyText("reason")
        architecture = element.nonEmptyText("architecture")
        keyName = element.identifier("keyName")
        isSpot = element.text("instanceLifecycle") == "spot"
        spotRequest = element.identifier("spotInstanceRequestId")
        rootDeviceName = element.nonEmptyText("rootDeviceName")
        tags = try element.tags()
        clientToken = element.nonEmptyText("clientToken")
        platformDetails = element.nonEmptyText("platformDetails")
        instanceProfileARN = element["iamInstanceProfile"]?.nonEmptyText("arn")
        volumes = try Self.volumes(element)
        try readNetwork(element)
    }

    private mutating func readNetwork(_ element: XMLElement) throws(XMLError) {
        subnet = element.identifier("subnetId")
        vpc = element.identifier("vpcId")
        publicAddress = element.nonEmptyText("ipAddress")
        privateAddress = element.nonEmptyText("privateIpAddress")
        ipv6Address =
            element.nonEmptyText("ipv6Address")
            ?? element.items("networkInterfaceSet").lazy
            .flatMap { $0.items("ipv6AddressesSet") }
            .compactMap { $0.nonEmptyText("ipv6Address") }.first
        for group in element.items("groupSet") {
            groups.append(
                Group(
                    id: try group.requireIdentifier("groupId"),
                    name: group.text("groupName") ?? ""
                )
            )
        }
    }

    private static func volumes(_ element: XMLElement) throws(XMLError) -> [Volume] {
        var volumes: [Volume] = []
        for mapping in element.items("blockDeviceMapping") {
            guard let ebs = mapping["ebs"] else { continue }
            volumes.append(
                Volume(
                    deviceName: try mapping.require("deviceName"),
                    id: try ebs.requireIdentifier("volumeId"),
                    deletesOnTermination: try ebs.boolean("deleteOnTermination") ?? false
                )
            )
        }
        return volumes
    }
}

extension XMLElement {
    /// A state by its name; the number beside it has undocumented upper bits.
    func instanceState(_ name: String) throws(XMLError) -> InstanceState {
        let text = try self[name]?.require("name") ?? ""
        guard let state = InstanceState(rawValue: text) else {
            throw XMLError.malformed("\(self.name)/\(name)/name", expected: "an instance state")
        }
        return state
    }

    /// The text of a child; nil where it is absent or empty.
    func nonEmptyText(_ name: String) -> String? {
        text(name).flatMap { $0.isEmpty ? nil : $0 }
    }
}
