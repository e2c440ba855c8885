/// A part of AWS with its own accounts and host names: the `aws` in `arn:aws:…`.
package struct Partition: Sendable, Hashable {
    package let id: String
    package let suffix: String
    /// Where hosts answer over IPv6 too.
    package let dualStackSuffix: String
    /// What the names of its regions begin with; empty for the partition that takes all the others.
    private let regionPrefix: String

    /// The partition of a region, known or new.
    package init(of region: Region) {
        self =
            Self.others.first { region.name.hasPrefix($0.regionPrefix) } ?? .commercial
    }

    /// Everything that has no partition of its own.
    package static let commercial = Partition(
        id: "aws",
        suffix: "amazonaws.com",
        dualStackSuffix: "api.aws",
        regionPrefix: ""
    )

    private static let others = [
        Partition(
            id: "aws-cn",
            suffix: "amazonaws.com.cn",
            dualStackSuffix: "api.amazonwebservices.com.cn",
            regionPrefix: "cn-"
        ),
        Partition(
            id: "aws-us-gov",
            suffix: "amazonaws.com",
            dualStackSuffix: "api.aws",
            regionPrefix: "us-gov-"
        ),
        Partition(
            id: "aws-eusc",
            suffix: "amazonaws.eu",
            dualStackSuffix: "api.amazonwebservices.eu",
            regionPrefix: "eusc-"
        ),
        Partition(
            id: "aws-iso",
            suffix: "c2s.ic.gov",
            dualStackSuffix: "api.aws.ic.gov",
            regionPrefix: "us-iso-"
        ),
        Partition(
            id: "aws-iso-b",
            suffix: "sc2s.sgov.gov",
            dualStackSuffix: "api.aws.scloud",
            regionPrefix: "us-isob-"
        ),
        Partition(
            id: "aws-iso-e",
            suffix: "cloud.adc-e.uk",
            dualStackSuffix: "api.cloud-aws.adc-e.uk",
            regionPrefix: "eu-isoe-"
        ),
        Partition(
            id: "aws-iso-f",
            suffix: "csp.hci.ic.gov",
            dualStackSuffix: "api.aws.hci.ic.gov",
            regionPrefix: "us-isof-"
        ),
    ]

    private init(id: String, suffix: String, dualStackSuffix: String, regionPrefix: String) {
        self.id = id
        self.suffix = suffix
        self.dualStackSuffix = dualStackSuffix
        self.regionPrefix = regionPrefix
    }
}
