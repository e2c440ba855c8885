package import AWSRuntime

package import struct FoundationEssentials.Date

/// A machine image.
package struct Image: Sendable, Hashable {
    /// A volume that machines of this image get.
    package struct Volume: Sendable, Hashable {
        package let deviceName: String
        package let snapshot: SnapshotID?
        /// GiB.
        package let size: Int?
        package let isEncrypted: Bool

        package init(
            deviceName: String,
            snapshot: SnapshotID? = nil,
            size: Int? = nil,
            isEncrypted: Bool = false
        ) {
            self.deviceName = deviceName
            self.snapshot = snapshot
            self.size = size
            self.isEncrypted = isEncrypted
        }
    }

    package var id: ImageID
    package var name: String
    package var description: String?
    /// `x86_64` or `arm64`.
    package var architecture: String
    /// As AWS words it: `available`, `pending`, `failed`.
    package var state: String
    package var owner: String?
    package var rootDeviceName: String?
    /// The volumes; those of the instance store are left out.
    package var volumes: [Volume] = []
    package var created: Date?
    /// After this the image no longer shows in lists.
    package var deprecated: Date?
    /// "Linux/UNIX", as prices are asked for.
    package var platformDetails: String?
    package var tags: [String: String] = [:]

    package init(id: ImageID, name: String, architecture: String, state: String = "available") {
        self.id = id
        self.name = name
        self.architecture = architecture
        self.state = state
    }

    fileprivate init(_ element: XMLElement) throws(XMLError) {
        self.init(
            id: try element.requireIdentifier("imageId"),
            name: element.text("name") ?? "",
            architecture: element.text("architecture") ?? "",
            state: element.text("imageState") ?? ""
        )
        description = element.nonEmptyText("description")
        owner = element.nonEmptyText("imageOwnerId")
        rootDeviceName = element.nonEmptyText("rootDeviceName")
        created = try element.date("creationDate")
        deprecated = try element.date("deprecationTime")
        platformDetails = element.nonEmptyText("platformDetails")
        tags = try element.tags()
        for mapping in element.items("blockDeviceMapping") {
            guard let ebs = mapping["ebs"] else { continue }
            volumes.append(
                Volume(
                    deviceName: try mapping.require("deviceName"),
                    snapshot: ebs.identifier("snapshotId"),
                    size: try ebs.integer("volumeSize"),
                    isEncrypted: try ebs.boolean("encrypted") ?? false
                )
            )
        }
    }
}

/// Lists machine images.
package struct DescribeImages: EC2ListOperation, Hashable {
    package var ids: [ImageID]
    /// Account ids, `self` or `amazon`.
    package var owners: [String]
    package var filters: [Filter]
    package var nextToken: String?

    package init(ids: [ImageID] = [], owners: [String] = [], filters: [Filter] = []) {
        self.ids = ids
        self.owners = owners
        self.filters = filters
    }

    package static let list = "imagesSet"

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("ImageId", ids)
        fields.setList("Owner", owners)
        fields.setFilters(filters)
        if ids.isEmpty { fields["MaxResults"] = 1000 }
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> Image {
        try Image(element)
    }
}
