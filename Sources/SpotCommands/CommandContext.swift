import SSHClient
import SSHKeys
import SpotInstances
package import SpotProfiles
import SpotRemote
package import SpotSupport
package import SpotTerminal
package import SystemPackage

/// All that a verb may touch: the only door from a command to the world.
package struct CommandContext: Sendable {
    package let console: any Console
    package let prompt: Prompt
    package let environment: [String: String]
    package let directories: Directories
    /// Resolved without a profile; `settings(with:)` adds one.
    package let settings: Settings
    /// Why not all settings could be read; only what looks after that very thing goes on then.
    package let settingsFailure: ConfigurationError?
    private let resolver: SettingsResolver
    package let catalog: ProfileCatalog
    package let time: any TimeSource
    /// Nil in tests that send no signals.
    package let signals: SignalStream?
    package let undo = UndoStack()
    /// Keys that were unlocked stay so for all of the verb.
    let keyring: Keyring
    /// Where a remote command's input comes from.
    package let input: FileDescriptor
    /// Makes the AWS clients on the first call that needs them, so that help and local verbs do not.
    private let makeCloud: @Sendable (Settings) async throws -> Cloud
    private let makeAccessReport: @Sendable (Settings) async -> AccessReport

    package init(
        console: any Console,
        prompt: Prompt,
        environment: [String: String],
        directories: Directories,
        reading: SettingsReading,
        time: any TimeSource,
        signals: SignalStream?,
        input: FileDescriptor = .standardInput,
        makeCloud: @escaping @Sendable (Settings) async throws -> Cloud,
        makeAccessReport: @escaping @Sendable (Settings) async -> AccessReport
    ) {
        self.console = console
        self.prompt = prompt
        self.environment = environment
        self.directories = directories
        resolver = reading.resolver
        settings = reading.settings
        settingsFailure = reading.failure
        self.time = time
        self.signals = signals
        self.input = input
        self.makeCloud = makeCloud
        self.makeAccessReport = makeAccessReport
        keyring = Keyring(agent: SSHAgent(environment: environment)) { question in
            guard prompt.isPossible else { return nil }
            return Passphrase(try await prompt.passphrase(question, flag: "an ssh-agent"))
        }
        catalog = ProfileCatalog(
            userDirectory: directories.profiles,
            home: directories.home
        )
    }

    /// The AWS clients of the region that the settings name.
    package func cloud() async throws -> Cloud {
        try await makeCloud(settings)
    }

    /// The same, with a profile that is only known now and may name a region.
    package func cloud(for profile: LaunchProfile) async throws -> Cloud {
        try await makeCloud(try settings(with: profile))
    }

    /// Who we are to AWS under these settings, and where it is asked.
    func accessReport(_ settings: Settings) async -> AccessReport {
        await makeAccessReport(settings)
    }

    /// The settings as they are where this profile is used.
    package func settings(with profile: LaunchProfile) throws -> Settings {
        try resolver.resolve(profile: profile)
    }
}
