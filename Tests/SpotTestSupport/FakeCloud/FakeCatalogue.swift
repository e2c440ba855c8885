package import AWSServices
import FoundationEssentials
import SpotSupport

/// What AWS offers in the region of the fakes.
package enum FakeCatalogue {
    package static let vpc = VpcID("vpc-default")
    package static let x86Image = ImageID("ami-0a")
    package static let armImage = ImageID("ami-0b")

    package static let parameters = [
        "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64": "ami-0a",
        "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64": "ami-0b",
    ]

    package static let subnets: [Subnet] = ["a", "b", "c"].map { zone in
        var subnet = Subnet(
            id: SubnetID("subnet-\(zone)"),
            vpc: vpc,
            zone: AvailabilityZone("us-east-1\(zone)")
        )
        subnet.isDefaultForZone = true
        subnet.assignsPublicAddresses = true
        return subnet
    }

    package static let routeTables = [
        RouteTable(
            id: "rtb-1",
            isMain: true,
            routes: [
                RouteTable.Route(destination: "172.31.0.0/16", gateway: "local"),
                RouteTable.Route(destination: "0.0.0.0/0", gateway: "igw-1"),
            ]
        )
    ]

    package static let regions = [
        RegionDescription(name: "us-east-1", isEnabled: true),
        RegionDescription(name: "eu-west-1", isEnabled: true),
        RegionDescription(name: "ap-east-1", isEnabled: false),
    ]

    package static let types: [InstanceTypeDescription] =
        ["t3.small", "t3a.small", "t2.small", "c7i.large"].map {
            type($0, ["x86_64"])
        } + [type("t4g.small", ["arm64"]), type("c7g.medium", ["arm64"])]

    package static let images: [Image] = [
        image(x86Image, "al2023-ami-2023.6.20260101-kernel-6.1-x86_64", "x86_64"),
        image(armImage, "al2023-ami-2023.6.20260101-kernel-6.1-arm64", "arm64"),
    ]

    /// t3.small is cheapest in zone b, the others have one zone each.
    package static let prices: [SpotPrice] = [
        price("t3.small", "us-east-1a", "0.0074"),
        price("t3.small", "us-east-1b", "0.0062"),
        price("t3a.small", "us-east-1c", "0.0060"),
        price("t4g.small", "us-east-1a", "0.0050"),
        price("c7i.large", "us-east-1a", "0.0301"),
    ]

    package static func image(
        _ id: ImageID,
        _ name: String,
        _ architecture: String,
        volumes: [Image.Volume] = [Image.Volume(deviceName: "/dev/xvda", size: 8)]
    ) -> Image {
        var image = Image(id: id, name: name, architecture: architecture)
        image.rootDeviceName = "/dev/xvda"
        image.volumes = volumes
        return image
    }

    package static func price(_ type: String, _ zone: String, _ price: String) -> SpotPrice {
        SpotPrice(
            type: InstanceType(type),
            zone: AvailabilityZone(zone),
            price: Decimal(string: price) ?? 0,
            productDescription: "Linux/UNIX",
            since: Date(timeIntervalSince1970: 1_767_300_000)
        )
    }

    private static func type(_ name: String, _ architectures: [String]) -> InstanceTypeDescription {
        InstanceTypeDescription(
            type: InstanceType(name),
            vCPUs: 2,
            memory: 2048,
            architectures: architectures
        )
    }
}
