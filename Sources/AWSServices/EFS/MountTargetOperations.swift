package import AWSRuntime

/// The address of a file system in one zone.
package struct MountTarget: Sendable, Hashable, Decodable {
    package let id: MountTargetID
    package let fileSystem: FileSystemID
    package let subnet: SubnetID
    package let state: EFSState
    package let address: String?
    package let zone: AvailabilityZone?
    package let vpc: VpcID?

    package init(
        id: MountTargetID,
        fileSystem: FileSystemID,
        subnet: SubnetID,
        state: EFSState,
        address: String? = nil,
        zone: AvailabilityZone? = nil,
        vpc: VpcID? = nil
    ) {
        self.id = id
        self.fileSystem = fileSystem
        self.subnet = subnet
        self.state = state
        self.address = address
        self.zone = zone
        self.vpc = vpc
    }

    private enum CodingKeys: String, CodingKey {
        case id = "MountTargetId"
        case fileSystem = "FileSystemId"
        case subnet = "SubnetId"
        case state = "LifeCycleState"
        case address = "IpAddress"
        case zone = "AvailabilityZoneName"
        case vpc = "VpcId"
    }
}

/// Gives a file system an address in the zone of a subnet; a second one there is the error
/// `MountTargetConflict`.
package struct CreateMountTarget: RESTOperation, Hashable {
    package typealias Output = MountTarget

    package static var service: AWSService { .efs }
    package static var method: String { "POST" }

    package var fileSystem: FileSystemID
    package var subnet: SubnetID
    /// Without any, the network's default group decides, which lets nobody in.
    package var groups: [SecurityGroupID]

    package init(fileSystem: FileSystemID, subnet: SubnetID, groups: [SecurityGroupID]) {
        self.fileSystem = fileSystem
        self.subnet = subnet
        self.groups = groups
    }

    package var effect: OperationEffect { .once }
    package var path: [String] { ["2015-02-01", "mount-targets"] }
    package var body: (any Encodable)? { Body(self) }

    private struct Body: Encodable {
        let fileSystem: FileSystemID
        let subnet: SubnetID
        let groups: [SecurityGroupID]

        init(_ request: CreateMountTarget) {
            fileSystem = request.fileSystem
            subnet = request.subnet
            groups = request.groups
        }

        private enum CodingKeys: String, CodingKey {
            case fileSystem = "FileSystemId"
            case subnet = "SubnetId"
            case groups = "SecurityGroups"
        }
    }
}

/// Lists the mount targets of a file system.
package struct DescribeMountTargets: RESTOperation, PaginatedOperation, Hashable {
    package static var service: AWSService { .efs }
    package static var method: String { "GET" }

    package let fileSystem: FileSystemID
    package var nextToken: String?

    package init(of fileSystem: FileSystemID) { self.fileSystem = fileSystem }

    package var path: [String] { ["2015-02-01", "mount-targets"] }
    package var query: [(name: String, value: String?)] {
        [("Marker", nextToken), ("FileSystemId", fileSystem.rawValue)]
    }

    /// One page.
    package struct Page: Sendable, Hashable, Decodable {
        package let mountTargets: [MountTarget]
        package let nextMarker: String?

        package init(mountTargets: [MountTarget], nextMarker: String? = nil) {
            self.mountTargets = mountTargets
            self.nextMarker = nextMarker
        }

        private enum CodingKeys: String, CodingKey {
            case mountTargets = "MountTargets"
            case nextMarker = "NextMarker"
        }
    }

    package typealias Output = Page

    package static func nextToken(after output: Page) -> String? { output.nextMarker }
}

/// Takes the address away; the target is gone some time after the answer.
package struct DeleteMountTarget: RESTOperation, Hashable {
    package typealias Output = EmptyOutput

    package static var service: AWSService { .efs }
    package static var method: String { "DELETE" }

    package let id: MountTargetID

    package init(_ id: MountTargetID) { self.id = id }

    package var effect: OperationEffect { .repeatable }
    package var path: [String] { ["2015-02-01", "mount-targets", id.rawValue] }
}
