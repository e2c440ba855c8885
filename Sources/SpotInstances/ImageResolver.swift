package import AWSRuntime
package import AWSServices
package import SpotProfiles
import SpotSupport

/// Finds the image that a profile names, as it is today in this region.
package struct ImageResolver: Sendable {
    private let ec2: any EC2Client
    private let ssm: any SSMClient
    private let region: Region

    package init(ec2: any EC2Client, ssm: any SSMClient, region: Region) {
        self.ec2 = ec2
        self.ssm = ssm
        self.region = region
    }

    /// - Parameter architecture: What the instance types run, in EC2's words (`x86_64`, `arm64`).
    /// - Throws: `GeneralFailure` of kind `usage` when the image is missing or of another architecture.
    package func resolve(_ reference: ImageReference, architecture: Architecture) async throws
        -> ResolvedImage
    {
        let id = try await imageID(reference, architecture: architecture)
        let image = try await image(id)
        guard image.architecture == architecture.rawValue else {
            throw GeneralFailure(
                .usage,
                "cannot start image \(id) on these instance types: it is made for "
                    + "\(image.architecture), they run \(architecture.rawValue)",
                hint: "choose another image or other instance types"
            )
        }
        return ResolvedImage(
            id: id,
            name: image.name,
            architecture: image.architecture,
            rootDeviceName: image.rootDeviceName ?? "/dev/xvda",
            devices: image.volumes.map { .init(name: $0.deviceName, sizeGiB: $0.size ?? 1) },
            user: reference.loginUser ?? LoginUser.guess(imageName: image.name)
        )
    }

    private func image(_ id: ImageID) async throws -> Image {
        let unknown = { (cause: AWSError?) in
            GeneralFailure(
                .usage,
                "cannot find image \(id) in \(region)",
                hint: "an image belongs to one region, and must be shared with this account",
                cause: cause
            )
        }
        do {
            guard let image = try await ec2.describeImages(DescribeImages(ids: [id])).first else {
                throw unknown(nil)
            }
            return image
        } catch let error as AWSError where Self.unknownImage.contains(error.code) {
            throw unknown(error)
        }
    }

    private static let unknownImage: Set<AWSError.Code> = [
        "InvalidAMIID.NotFound", "InvalidAMIID.Malformed", "InvalidAMIID.Unavailable",
    ]

    private func imageID(_ reference: ImageReference, architecture: Architecture) async throws
        -> ImageID
    {
        guard let parameter = reference.parameterPath(for: architecture) else {
            return ImageID(reference.description)
        }
        do {
            return ImageID(try await ssm.getParameter(parameter).value)
        } catch {
            guard error.kind == .notFound else { throw error }
            throw GeneralFailure(
                .usage,
                "cannot find image \(reference.description) in \(region): "
                    + "there is no public parameter \(parameter)",
                hint: "give another image with --image",
                cause: error
            )
        }
    }
}

/// Who logs in to images that are known only by name.
package enum LoginUser {
    private static let known: [(part: String, user: String)] = [
        ("ubuntu", "ubuntu"), ("debian", "admin"), ("rocky", "rocky"), ("centos", "centos"),
        ("flatcar", "core"), ("bitnami", "bitnami"),
    ]

    /// The user that the makers of the image document; `ec2-user` where the name tells nothing.
    package static func guess(imageName: String) -> String {
        let name = imageName.lowercased()
        return known.first { name.contains($0.part) }?.user ?? "ec2-user"
    }
}
