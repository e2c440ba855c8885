import SpotSupport
package import SystemPackage

/// Finds the value of every setting: flag, then `SPOT_*`, then `AWS_*`, then the user's file, then the
/// profile, then spot's own choice.
package struct SettingsResolver: Sendable {
    private let flags: [String: String]
    private let environment: [String: String]
    private let file: [ConfigurationNode.Entry]
    private let fileContext: ReadingContext

    /// Reads the user's file, which need not exist.
    ///
    /// `flags` are the ones that were given, by the names of their settings. Throws for a file that
    /// cannot be read or that names an unknown setting; a secret is no setting.
    package init(
        flags: [String: String] = [:],
        environment: [String: String],
        settingsFile: FilePath? = nil
    ) throws(ConfigurationError) {
        self.flags = flags
        self.environment = environment
        let path = settingsFile?.string ?? "config.yaml"
        fileContext = ReadingContext(origin: .file(path, line: nil))
        guard let settingsFile, let text = try YAMLFile.read(settingsFile) else {
            file = []
            return
        }
        file = try YAMLFile.parse(text, file: path)
        let known = Setting.all.map(\.name)
        for entry in file where !known.contains(entry.key) {
            throw ConfigurationError.unknownField(
                entry.key,
                among: known,
                at: .file(path, line: entry.line)
            )
        }
    }

    /// All settings; without a `profile` its layer is left out, which is how its name is found first.
    ///
    /// Throws for the first value that has not its setting's form, naming where it stands. A value
    /// that a stronger one hides is not looked at.
    package func resolve(profile: LaunchProfile? = nil) throws(ConfigurationError) -> Settings {
        var settings = Settings()
        for setting in Setting.all {
            if let (node, context) = strongest(setting) {
                try setting.read(node, context, &settings)
            } else if let profile {
                setting.inherit(&settings, profile)
            }
        }
        return settings
    }

    private func strongest(_ setting: Setting) -> (ConfigurationNode, ReadingContext)? {
        if let text = flags[setting.name] {
            let flag = setting.reference.flag ?? "--\(setting.name)"
            return (ConfigurationNode(.scalar(text)), ReadingContext(origin: .flag(flag)))
        }
        for variable in setting.reference.variables {
            // AWS's own tools, too, take an empty variable for none.
            if let text = environment[variable], !text.isEmpty {
                let origin = Origin.environment(variable)
                return (ConfigurationNode(.scalar(text)), ReadingContext(origin: origin))
            }
        }
        return file.first { $0.key == setting.name }.map { ($0.value, fileContext) }
    }
}
