package import SpotProfiles
package import SystemPackage

/// The settings of a run, or what keeps them from being read.
package struct SettingsReading: Sendable {
    package let resolver: SettingsResolver
    package let settings: Settings
    /// Nil where everything could be read; else the settings are those that could.
    package let failure: ConfigurationError?

    /// - Parameter flags: The ones that were given, by the names of their settings.
    /// - Throws: Where the mistake is on the command line itself.
    package init(
        flags: [String: String],
        environment: [String: String],
        settingsFile: FilePath
    ) throws(ConfigurationError) {
        do {
            let all = try SettingsResolver(
                flags: flags,
                environment: environment,
                settingsFile: settingsFile
            )
            self.init(all, try all.resolve(), nil)
        } catch {
            if case .flag = error.origin { throw error }
            // Without the file; without the environment, too, where that is wrong.
            var rest = environment
            if case .environment = error.origin { rest = [:] }
            let resolver = try SettingsResolver(flags: flags, environment: rest)
            self.init(resolver, try resolver.resolve(), error)
        }
    }

    private init(
        _ resolver: SettingsResolver,
        _ settings: Settings,
        _ failure: ConfigurationError?
    ) {
        self.resolver = resolver
        self.settings = settings
        self.failure = failure
    }
}
