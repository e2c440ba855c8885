import SpotSupport

/// A setting: the one place that knows its name, its form, its sources and where it is kept.
struct Setting: Sendable {
    let reference: SettingReference
    /// Reads a value; which value it is, the resolver decides.
    let read:
        @Sendable (ConfigurationNode, ReadingContext, inout Settings)
            throws(ConfigurationError) -> Void
    /// Takes the value from the profile, if the profile has one.
    let inherit: @Sendable (inout Settings, LaunchProfile) -> Void
    let entry: @Sendable (Settings) -> ConfigurationEntry

    var name: String { reference.name }

    /// `spotVariable` is made of the name: `ssh_port` is `SPOT_SSH_PORT`.
    private init<Value>(
        _ name: String,
        _ path: any WritableKeyPath<Settings, Sourced<Value>> & Sendable,
        _ form: ValueForm<Value>,
        _ summary: String,
        flag: String? = nil,
        awsVariables: [String] = [],
        profileField: (
            name: String, path: any KeyPath<LaunchProfile, Sourced<Value>> & Sendable
        )? = nil
    ) {
        let entry = { @Sendable (settings: Settings) in
            let sourced = settings[keyPath: path]
            return ConfigurationEntry(
                name: name,
                value: form.show(sourced.value),
                origin: sourced.origin,
                summary: summary
            )
        }
        reference = SettingReference(
            name: name,
            summary: summary,
            form: form.name,
            flag: flag,
            variables: ["SPOT_\(name.uppercased())"] + awsVariables,
            profileField: profileField?.name,
            builtIn: entry(Settings()).text
        )
        read = { node, context, settings throws(ConfigurationError) in
            let value = try form.read(node, field: name, in: context)
            settings[keyPath: path] = Sourced(value, context.origin(at: node.line))
        }
        let profilePath = profileField?.path
        inherit = { settings, profile in
            guard let profilePath else { return }
            let sourced = profile[keyPath: profilePath]
            if sourced.origin != .builtIn { settings[keyPath: path] = sourced }
        }
        self.entry = entry
    }

    /// In the order of the reference.
    static let all: [Setting] = [
        Setting(
            "profile",
            \.profile,
            ValueForm.line,
            "the profile to launch with",
            flag: "--profile"
        ),
        Setting(
            "region",
            \.region,
            ValueForm.place("a region such as us-east-1").optional(),
            "the AWS region to work in",
            flag: "--region",
            awsVariables: ["AWS_REGION", "AWS_DEFAULT_REGION"],
            profileField: ("region", \.region)
        ),
        Setting(
            "aws_profile",
            \.awsProfile,
            ValueForm.line.optional(),
            "the section of the AWS configuration files to use",
            flag: "--aws-profile",
            awsVariables: ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"]
        ),
        Setting(
            "ssh_port",
            \.sshPort,
            .port,
            "the port on which machines' SSH servers listen",
            flag: "--ssh-port",
            profileField: ("ssh_port", \.sshPort)
        ),
        Setting(
            "checkip_url",
            \.checkipURL,
            ValueForm.text("an http or https URL", where: isWebAddress),
            "the page that answers with the caller's own address"
        ),
        Setting("color", \.colour, .choice, "whether text is coloured"),
        Setting(
            "connect_timeout",
            \.connectTimeout,
            .duration,
            "how long an SSH connection may take to be made"
        ),
        Setting(
            "ready_timeout",
            \.readyTimeout,
            .duration,
            "how long a machine may take to be ready"
        ),
    ]

    private static func isWebAddress(_ text: String) -> Bool {
        let rest = ["https://", "http://"].lazy.filter(text.hasPrefix).first.map {
            text.dropFirst($0.count)
        }
        guard let rest, !rest.isEmpty, rest.first != "/" else { return false }
        return text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7f }
    }
}
