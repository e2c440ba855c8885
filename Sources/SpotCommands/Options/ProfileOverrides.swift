package import ArgumentParser
package import SpotProfiles

/// Flags that override a profile's fields, one a field.
package struct ProfileOverrides: ParsableArguments, Sendable {
    @Option(help: .init("Try these types, the first one first.", valueName: "type"))
    package var instanceType: [String] = []

    @Option(
        help: .init("Image: al2023, ubuntu-24.04, debian-12, ami-…, ssm:/path.", valueName: "image")
    )
    package var image: String?

    @Option(help: .init("Log in as this user.", valueName: "user"))
    package var username: String?

    @Option(help: .init("Use these zones only.", valueName: "zone"))
    package var zone: [String] = []

    @Option(help: .init("spot, on-demand or spot-then-on-demand.", valueName: "market"))
    package var market: String?

    @Option(
        help: .init(
            "Pay no more than this (USD an hour); makes interruptions likelier.",
            valueName: "price"
        )
    )
    package var maxPrice: String?

    @Option(help: .init("Size of the root disk in GiB.", valueName: "GiB"))
    package var disk: String?

    @Option(
        help: .init(
            "Open more: protocol:ports[:source], source me, a range or sg-….",
            valueName: "rule"
        )
    )
    package var firewall: [String] = []

    @Option(help: .init("Use this subnet.", valueName: "subnet"))
    package var subnet: String?

    @Option(
        help: .init(
            "Use this security group as it is, instead of one of the machine's own.",
            valueName: "group"
        )
    )
    package var securityGroup: String?

    @Option(
        help: .init(
            "Log in with this private key of yours instead of a new one.",
            valueName: "file"
        )
    )
    package var key: String?

    @Option(name: .shortAndLong, help: .init("IAM instance profile, by name.", valueName: "role"))
    package var instanceProfile: String?

    @Flag(name: .shortAndLong, inversion: .prefixedNo, help: "Detailed monitoring.")
    package var monitoring: Bool?

    @Option(help: .init("File with user data for cloud-init.", valueName: "file"))
    package var userData: String?

    @Option(help: .init("Tag, KEY=VALUE.", valueName: "tag"))
    package var tag: [String] = []

    @Option(
        help: .init("Let the machine end itself after this long (8h, 2d).", valueName: "duration")
    )
    package var ttl: String?

    @Option(help: .init("Port of the machine's SSH server.", valueName: "port"))
    package var sshPort: String?

    package init() {}

    /// The profile with every flag that was given laid over it.
    package func applied(to profile: LaunchProfile) throws -> LaunchProfile {
        var profile = profile
        for (field, flag, texts) in given {
            profile = try profile.overriding(field, with: texts, flag: flag)
        }
        return profile
    }

    /// The flags that were given.
    package var flags: [String] { given.map(\.flag) }

    private var given: [(field: String, flag: String, texts: [String])] {
        let lists = [
            ("instance_types", "--instance-type", instanceType), ("zones", "--zone", zone),
            ("firewall", "--firewall", firewall), ("tags", "--tag", tag),
        ]
        let singles = [
            ("image", "--image", image), ("username", "--username", username),
            ("market", "--market", market), ("max_price", "--max-price", maxPrice),
            ("disk_gib", "--disk", disk), ("subnet", "--subnet", subnet),
            ("security_group", "--security-group", securityGroup), ("key", "--key", key),
            ("instance_profile", "--instance-profile", instanceProfile),
            ("monitoring", "--monitoring", monitoring.map { $0 ? "true" : "false" }),
            ("user_data", "--user-data", userData), ("ttl", "--ttl", ttl),
            ("ssh_port", "--ssh-port", sshPort),
        ]
        return lists.filter { !$0.2.isEmpty }
            + singles.compactMap { field, flag, text in text.map { (field, flag, [$0]) } }
    }
}
