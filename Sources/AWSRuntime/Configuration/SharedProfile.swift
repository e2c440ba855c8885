package import SystemPackage

/// One profile of the shared files.
package struct SharedProfile: Sendable, CustomStringConvertible {
    package let name: String
    /// What the config file says.
    package let config: SharedConfigFile.Section?
    /// What the credentials file says; it wins over the config file.
    package let credentials: SharedConfigFile.Section?
    private let files: SharedConfiguration

    init(
        name: String,
        config: SharedConfigFile.Section?,
        credentials: SharedConfigFile.Section?,
        files: SharedConfiguration
    ) {
        self.name = name
        self.config = config
        self.credentials = credentials
        self.files = files
    }

    /// The value of a key; one without a value counts as absent.
    package subscript(key: String) -> String? {
        let value = credentials?.values[key] ?? config?.values[key]
        return value?.isEmpty == false ? value : nil
    }

    /// The file in which a key stands.
    package func file(of key: String) -> FilePath {
        credentials?.values[key] == nil ? files.configPath : files.credentialsPath
    }

    /// The settings by service in the `[services …]` section that the profile names.
    package func services() throws(AWSConfigurationError) -> [String: [String: String]] {
        guard let name = self["services"] else { return [:] }
        guard let section = files.config.sections["services \(name)"] else {
            throw AWSConfigurationError(
                "cannot use profile \(self.name): there is no [services \(name)] in \(files.configPath)"
            )
        }
        return section.nested
    }

    /// The file in which profiles, services and SSO sessions are described.
    var configPath: FilePath { files.configPath }

    /// The keys of the `[sso-session …]` section with this name; nil where there is none.
    func ssoSession(_ name: String) -> [String: String]? {
        files.config.sections["sso-session \(name)"]?.values
    }

    package var description: String { "profile \(name)" }
}
