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
        var environment = environment
        var file: FilePath? = settingsFile
        var failure: ConfigurationError?
        while true {
            do {
                let resolver = try SettingsResolver(
                    flags: flags,
                    environment: environment,
                    settingsFile: file
                )
                self.init(resolver, try resolver.resolve(), failure)
                return
            } catch {
                failure = failure ?? error
                // On without what is wrong, until nothing is.
                if case .environment(let name) = error.origin, environment[name] != nil {
                    environment[name] = nil
                } else if case .flag = error.origin {
                    throw error
                } else if file != nil {
                    file = nil
                } else {
                    throw error
                }
            }
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
