/// Whether text is coloured; `auto` leaves it to the terminal and `NO_COLOR`.
package enum ColourSetting: String, Hashable, Sendable, CaseIterable {
    case auto
    case always
    case never
}

/// What holds for a whole run of spot, each value with its origin; never a secret.
package struct Settings: Sendable {
    /// The profile to launch with where none is named.
    package var profile = Sourced("_default")
    /// Nil: neither spot nor a profile was told; the AWS configuration file may know.
    package var region = Sourced<String?>(nil)
    /// The section of the AWS configuration files to take credentials from.
    package var awsProfile = Sourced<String?>(nil)
    package var sshPort = Sourced(22)
    /// Answers a GET with the caller's own address as text.
    package var checkipURL = Sourced("https://checkip.amazonaws.com")
    package var colour = Sourced(ColourSetting.auto)
    /// For one SSH connection to be made and logged in.
    package var connectTimeout = Sourced(Duration.seconds(15))
    /// For a machine to be ready, from the launch request to the end of cloud-init.
    package var readyTimeout = Sourced(Duration.seconds(600))

    package init() {}

    /// Every setting in the order of the reference, for `spot config show`.
    package var entries: [ConfigurationEntry] { Setting.all.map { $0.entry(self) } }

    /// What can be set and how, for the generated reference.
    package static var reference: [SettingReference] { Setting.all.map(\.reference) }
}

/// One setting as docs/configuration.md describes it.
package struct SettingReference: Hashable, Sendable {
    /// The key in `config.yaml`.
    package let name: String
    package let summary: String
    /// What the value must be.
    package let form: String
    /// Nil where there is no flag.
    package let flag: String?
    /// The first one that is set counts.
    package let variables: [String]
    /// The field of a profile that is asked when nothing above is set.
    package let profileField: String?
    /// Spot's own choice; empty where it has none.
    package let builtIn: String
}
