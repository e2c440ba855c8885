package import AWSRuntime

package import struct FoundationEssentials.Date

/// Sets tags on existing resources; a tag of the same key is replaced.
package struct CreateTags: EC2Operation, Hashable {
    /// Ids of any kind.
    package let resources: [String]
    package let tags: [String: String]

    package init(on resources: [String], _ tags: [String: String]) {
        self.resources = resources
        self.tags = tags
    }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("ResourceId", resources)
        fields.setTags(tags)
    }

    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}

/// A disk.
package struct Volume: Sendable, Hashable {
    package var id: VolumeID
    /// As AWS words it: `creating`, `available`, `in-use`, `deleting`.
    package var state: String
    /// GiB.
    package var size: Int
    package var type: String?
    package var zone: AvailabilityZone?
    package var isEncrypted = false
    package var instances: [InstanceID] = []
    package var created: Date?
    package var tags: [String: String] = [:]

    package init(id: VolumeID, state: String, size: Int) {
        self.id = id
        self.state = state
        self.size = size
    }
}

/// Lists disks.
package struct DescribeVolumes: EC2ListOperation, Hashable {
    package var ids: [VolumeID]
    package var filters: [Filter]
    package var nextToken: String?

    package init(ids: [VolumeID] = [], filters: [Filter] = []) {
        self.ids = ids
        self.filters = filters
    }

    package static let list = "volumeSet"

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("VolumeId", ids)
        fields.setFilters(filters)
        if ids.isEmpty { fields["MaxResults"] = 500 }
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> Volume {
        var volume = Volume(
            id: try element.requireIdentifier("volumeId"),
            state: try element.require("status"),
            size: try element.integer("size") ?? 0
        )
        volume.type = element.nonEmptyText("volumeType")
        volume.zone = element.identifier("availabilityZone")
        volume.isEncrypted = try element.boolean("encrypted") ?? false
        volume.instances = element.items("attachmentSet").compactMap { $0.identifier("instanceId") }
        volume.created = try element.date("createTime")
        volume.tags = try element.tags()
        return volume
    }
}
