package import AWSRuntime

/// Where a file system or a mount target is in its life.
package enum EFSState: String, Sendable, Hashable, Decodable {
    case creating
    case available
    case updating
    case deleting
    case deleted
    case error
}

/// A tag as EFS writes it.
struct EFSTag: Codable, Hashable {
    let key: String
    let value: String

    enum CodingKeys: String, CodingKey {
        case key = "Key"
        case value = "Value"
    }
}

/// A network file system.
package struct FileSystem: Sendable, Hashable, Decodable {
    package let id: FileSystemID
    package let state: EFSState
    package let creationToken: String
    package let mountTargets: Int
    package let isEncrypted: Bool
    /// Metered in bytes, hours late.
    package let size: Int
    /// Set when the file system lies in one zone only.
    package let zone: AvailabilityZone?
    package let tags: [String: String]

    package init(
        id: FileSystemID,
        state: EFSState,
        creationToken: String,
        mountTargets: Int = 0,
        isEncrypted: Bool = true,
        size: Int = 0,
        zone: AvailabilityZone? = nil,
        tags: [String: String] = [:]
    ) {
        self.id = id
        self.state = state
        self.creationToken = creationToken
        self.mountTargets = mountTargets
        self.isEncrypted = isEncrypted
        self.size = size
        self.zone = zone
        self.tags = tags
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let size = try container.decodeIfPresent(Size.self, forKey: .size)
        let tags = try container.decodeIfPresent([EFSTag].self, forKey: .tags) ?? []
        self.init(
            id: try container.decode(FileSystemID.self, forKey: .id),
            state: try container.decode(EFSState.self, forKey: .state),
            creationToken: try container.decode(String.self, forKey: .creationToken),
            mountTargets: try container.decodeIfPresent(Int.self, forKey: .mountTargets) ?? 0,
            isEncrypted: try container.decodeIfPresent(Bool.self, forKey: .isEncrypted) ?? false,
            size: size?.value ?? 0,
            zone: try container.decodeIfPresent(AvailabilityZone.self, forKey: .zone),
            tags: Dictionary(tags.map { ($0.key, $0.value) }) { $1 }
        )
    }

    private enum CodingKeys: String, CodingKey {
        case id = "FileSystemId"
        case state = "LifeCycleState"
        case creationToken = "CreationToken"
        case mountTargets = "NumberOfMountTargets"
        case isEncrypted = "Encrypted"
        case size = "SizeInBytes"
        case zone = "AvailabilityZoneName"
        case tags = "Tags"
    }

    private struct Size: Decodable {
        let value: Int

        private enum CodingKeys: String, CodingKey {
            case value = "Value"
        }
    }
}

/// Makes a file system; the error `FileSystemAlreadyExists` says that the token was used before.
package struct CreateFileSystem: RESTOperation, Hashable {
    package typealias Output = FileSystem

    package static var service: AWSService { .efs }
    package static var method: String { "POST" }

    /// At most 64 characters; decides what "the same file system" is.
    package var creationToken: String
    package var isEncrypted: Bool
    /// `bursting`, `elastic` or `provisioned`.
    package var throughputMode: String
    /// For a file system in one zone only.
    package var zone: AvailabilityZone?
    package var tags: [String: String]

    package init(
        creationToken: String,
        isEncrypted: Bool = true,
        throughputMode: String = "elastic",
        zone: AvailabilityZone? = nil,
        tags: [String: String] = [:]
    ) {
        self.creationToken = creationToken
        self.isEncrypted = isEncrypted
        self.throughputMode = throughputMode
        self.zone = zone
        self.tags = tags
    }

    package var effect: OperationEffect { .repeatable }
    package var path: [String] { ["2015-02-01", "file-systems"] }
    package var body: (any Encodable)? { Body(self) }

    private struct Body: Encodable {
        let creationToken: String
        let isEncrypted: Bool
        let throughputMode: String
        let zone: AvailabilityZone?
        let tags: [EFSTag]

        init(_ request: CreateFileSystem) {
            creationToken = request.creationToken
            isEncrypted = request.isEncrypted
            throughputMode = request.throughputMode
            zone = request.zone
            tags = request.tags.sorted { $0.key < $1.key }
                .map { EFSTag(key: $0.key, value: $0.value) }
        }

        private enum CodingKeys: String, CodingKey {
            case creationToken = "CreationToken"
            case isEncrypted = "Encrypted"
            case throughputMode = "ThroughputMode"
            case zone = "AvailabilityZoneName"
            case tags = "Tags"
        }
    }
}

/// Lists file systems.
package struct DescribeFileSystems: RESTOperation, PaginatedOperation, Hashable {
    package static var service: AWSService { .efs }
    package static var method: String { "GET" }

    /// An unknown one is the error `FileSystemNotFound`.
    package var id: FileSystemID?
    package var creationToken: String?
    package var nextToken: String?

    package init(id: FileSystemID? = nil, creationToken: String? = nil) {
        self.id = id
        self.creationToken = creationToken
    }

    package var path: [String] { ["2015-02-01", "file-systems"] }
    package var query: [(name: String, value: String?)] {
        [
            ("Marker", nextToken), ("CreationToken", creationToken),
            ("FileSystemId", id?.rawValue),
        ]
    }

    /// One page.
    package struct Page: Sendable, Hashable, Decodable {
        package let fileSystems: [FileSystem]
        package let nextMarker: String?

        package init(fileSystems: [FileSystem], nextMarker: String? = nil) {
            self.fileSystems = fileSystems
            self.nextMarker = nextMarker
        }

        private enum CodingKeys: String, CodingKey {
            case fileSystems = "FileSystems"
            case nextMarker = "NextMarker"
        }
    }

    package typealias Output = Page

    package static func nextToken(after output: Page) -> String? { output.nextMarker }
}

/// Deletes a file system that has no mount targets any more.
package struct DeleteFileSystem: RESTOperation, Hashable {
    package typealias Output = EmptyOutput

    package static var service: AWSService { .efs }
    package static var method: String { "DELETE" }

    package let id: FileSystemID

    package init(_ id: FileSystemID) { self.id = id }

    package var effect: OperationEffect { .repeatable }
    package var path: [String] { ["2015-02-01", "file-systems", id.rawValue] }
}
