package import HTTPTransport
package import SpotProfiles
package import SpotSupport
package import SpotTerminal

// The context of the real program.
extension CommandContext {
    /// The settings may ask for another console than the flags did: one with colour, or without.
    ///
    /// - Parameter makeTransport: Makes what every request goes over, trusting the authorities in this
    ///   file besides the system's.
    /// - Throws: what is wrong with the environment, the settings or the flags.
    package static func live(
        _ global: GlobalOptions,
        console: any Console,
        environment: [String: String],
        signals: SignalStream?,
        time: any TimeSource = SystemTime(),
        makeTransport: @escaping @Sendable (_ caBundle: String?) -> any HTTPTransport = {
            CurlTransport(caBundle: $0)
        },
        makeConsole: (Settings) -> any Console
    ) throws -> CommandContext {
        let directories = try Directories(environment: environment)
        let flags = ["region": global.region, "aws_profile": global.awsProfile]
        let reading = try SettingsReading(
            flags: flags.compactMapValues(\.self),
            environment: environment,
            settingsFile: directories.settingsFile
        )
        let console = global.colour == nil ? makeConsole(reading.settings) : console
        let prompt = Prompt(ControllingTerminal(talkIsTerminal: console.traits.talkIsTerminal))
        let door = AWSDoor(
            environment: environment,
            directories: directories,
            console: console,
            prompt: prompt,
            time: time,
            makeTransport: makeTransport
        )
        return CommandContext(
            console: console,
            prompt: prompt,
            environment: environment,
            directories: directories,
            reading: reading,
            time: time,
            signals: signals,
            makeCloud: { try await door.access($0).cloud() },
            makeAccessReport: { await door.report($0) }
        )
    }
}
