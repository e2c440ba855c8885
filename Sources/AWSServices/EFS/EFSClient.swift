package import AWSRuntime

extension AWSService {
    /// Elastic File System.
    package static let efs = AWSService(
        name: "EFS",
        configurationKey: "efs",
        endpointPrefix: "elasticfilesystem",
        apiVersion: "2015-02-01",
        wireProtocol: .restJSON,
        hosts: HostRule(dualStackPrefixes: ["aws": "efs", "aws-cn": "efs", "aws-us-gov": "efs"])
    )
}

/// The calls of EFS; lists come whole, whatever the number of pages.
package protocol EFSClient: Sendable {
    func createFileSystem(_ request: CreateFileSystem) async throws(AWSError) -> FileSystem
    func describeFileSystems(_ query: DescribeFileSystems) async throws(AWSError) -> [FileSystem]
    func deleteFileSystem(_ id: FileSystemID) async throws(AWSError)
    func createMountTarget(_ request: CreateMountTarget) async throws(AWSError) -> MountTarget
    func describeMountTargets(of id: FileSystemID) async throws(AWSError) -> [MountTarget]
    func deleteMountTarget(_ id: MountTargetID) async throws(AWSError)
}

/// EFS itself, over the network.
package struct AWSEFSClient: EFSClient {
    private let client: AWSClient

    package init(_ client: AWSClient) { self.client = client }

    package func createFileSystem(
        _ request: CreateFileSystem
    ) async throws(AWSError) -> FileSystem {
        try await client.send(request)
    }

    package func describeFileSystems(
        _ query: DescribeFileSystems
    ) async throws(AWSError) -> [FileSystem] {
        try await client.sendAllPages(query).flatMap(\.fileSystems)
    }

    package func deleteFileSystem(_ id: FileSystemID) async throws(AWSError) {
        _ = try await client.send(DeleteFileSystem(id))
    }

    package func createMountTarget(
        _ request: CreateMountTarget
    ) async throws(AWSError) -> MountTarget {
        try await client.send(request)
    }

    package func describeMountTargets(
        of id: FileSystemID
    ) async throws(AWSError) -> [MountTarget] {
        try await client.sendAllPages(DescribeMountTargets(of: id)).flatMap(\.mountTargets)
    }

    package func deleteMountTarget(_ id: MountTargetID) async throws(AWSError) {
        _ = try await client.send(DeleteMountTarget(id))
    }
}
