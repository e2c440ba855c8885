import SpotSupport

/// A field of a profile: the one place that knows its name, its form and where it is kept.
///
/// Reading a file, overriding by a flag, inheriting from a base and showing a profile all go through
/// `all`; so a field that is added there is complete.
struct ProfileField: Sendable {
    let name: String
    let summary: String
    /// What the value must be, for the documents.
    let form: String
    let isList: Bool
    let read:
        @Sendable (ConfigurationNode, ReadingContext, inout LaunchProfile)
            throws(ConfigurationError) -> Void
    let inherit: @Sendable (inout LaunchProfile, LaunchProfile) -> Void
    let entry: @Sendable (LaunchProfile) -> ConfigurationEntry

    private init<Value>(
        _ name: String,
        _ path: any WritableKeyPath<LaunchProfile, Sourced<Value>> & Sendable,
        _ form: ValueForm<Value>,
        _ summary: String
    ) {
        self.name = name
        self.summary = summary
        self.form = form.name
        isList = form.isList
        read = { node, context, profile throws(ConfigurationError) in
            let value = try form.read(node, field: name, in: context)
            profile[keyPath: path] = Sourced(value, context.origin(at: node.line))
        }
        inherit = { profile, base in
            guard profile[keyPath: path].origin == .builtIn else { return }
            profile[keyPath: path] = base[keyPath: path]
        }
        entry = { profile in
            let sourced = profile[keyPath: path]
            return ConfigurationEntry(
                name: name,
                value: form.show(sourced.value),
                origin: sourced.origin,
                summary: summary
            )
        }
    }

    static func named(_ name: String) -> ProfileField? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// In the order of the reference.
    static let all: [ProfileField] = machine + network + software + life

    private static let machine = [
        ProfileField(
            "instance_types",
            \.instanceTypes,
            ValueForm.text("an instance type such as t3.small", where: InstanceTypeName.matches)
                .list(atLeast: 1),
            "instance types that would do, the first preferred"
        ),
        ProfileField(
            "image",
            \.image,
            .scalar(ImageReference.forms, { ImageReference($0) }, show: \.description),
            "the machine image"
        ),
        ProfileField(
            "username",
            \.username,
            ValueForm.word("a user's name").optional(),
            "the user to log in as; by default the image's"
        ),
        ProfileField(
            "market",
            \.market,
            .choice,
            "how the machine is paid for"
        ),
        ProfileField(
            "max_price",
            \.maxPrice,
            ValueForm<HourlyPrice>.scalar(
                "US dollars an hour such as 0.05",
                { HourlyPrice($0) },
                show: \.text
            ).optional(),
            "the most to pay an hour; by default the on-demand price"
        ),
        ProfileField(
            "disk_gib",
            \.diskGiB,
            ValueForm.number("a whole number of GiB", in: 1...65_536).optional(),
            "the size of the root disk; by default the image's"
        ),
        ProfileField(
            "monitoring",
            \.monitoring,
            .boolean,
            "detailed CloudWatch monitoring"
        ),
    ]

    private static let network = [
        ProfileField(
            "region",
            \.region,
            ValueForm.place("a region such as us-east-1").optional(),
            "the region to launch in"
        ),
        ProfileField(
            "zones",
            \.zones,
            ValueForm.place("an availability zone such as us-east-1a").list(),
            "the zones to launch in; by default any"
        ),
        ProfileField(
            "subnet",
            \.subnet,
            ValueForm.word("a subnet such as subnet-0ab1").optional(),
            "the subnet; by default the default one of the zone"
        ),
        ProfileField(
            "security_group",
            \.securityGroup,
            ValueForm.word("a security group such as sg-0ab1").optional(),
            "an existing security group; by default one is made"
        ),
        ProfileField(
            "firewall",
            \.firewall,
            ValueForm.firewallRule.list(),
            "ports to open beside the one for SSH"
        ),
        ProfileField(
            "ssh_port",
            \.sshPort,
            .port,
            "the port on which the machine's SSH server listens"
        ),
    ]

    private static let software = [
        ProfileField(
            "key",
            \.key,
            ValueForm.path.optional(),
            "your own private key file; by default one is made for the machine"
        ),
        ProfileField(
            "instance_profile",
            \.instanceProfile,
            ValueForm.word("an instance profile's name").optional(),
            "the IAM instance profile the machine acts as"
        ),
        ProfileField(
            "filesystem",
            \.filesystem,
            ValueForm<FileSystemMount>.scalar(
                "a file system as NAME or NAME:/directory",
                { FileSystemMount($0) },
                show: \.description
            ).optional(),
            "a shared file system to mount"
        ),
        ProfileField(
            "scripts",
            \.scripts,
            ValueForm.path.list(),
            "local scripts to run once the machine is ready"
        ),
        ProfileField(
            "user_data",
            \.userData,
            ValueForm.userData.optional(),
            "user data for cloud-init: a path or the text itself"
        ),
        ProfileField("tags", \.tags, .tags, "tags for everything that is made"),
    ]

    private static let life = [
        ProfileField(
            "ttl",
            \.ttl,
            ValueForm.duration.optional(),
            "how long the machine may live"
        ),
        ProfileField(
            "idle",
            \.idle,
            ValueForm.duration.optional(),
            "how long the machine may idle"
        ),
    ]
}
