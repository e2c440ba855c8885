package import ArgumentParser
package import SpotTerminal

/// The flags that every verb takes.
package struct GlobalOptions: ParsableArguments, Sendable {
    @Option(help: .init("Work in this region.", valueName: "region"))
    package var region: String?

    @Option(help: .init("Use this profile of the AWS configuration.", valueName: "name"))
    package var awsProfile: String?

    @Flag(help: "Print one JSON document, also for an error.")
    package var json = false

    @Flag(name: .shortAndLong, help: "Print names or ids only, and say nothing but warnings.")
    package var quiet = false

    @Flag(
        name: .shortAndLong,
        help: "Say why, with causes and request ids; twice to say every request."
    )
    package var verbose: Int

    @Option(
        name: [.customLong("color"), .customLong("colour")],
        help: .init("Colour text: auto, always or never.", valueName: "when")
    )
    package var colour: ColourChoice?

    package init() {}

    /// How these flags want to be spoken to.
    package var console: ConsoleWish {
        ConsoleWish(colour: colour ?? .auto, format: format, verbosity: verbosity)
    }

    private var verbosity: Verbosity {
        if quiet { return .quiet }
        switch verbose {
        case 0: return .normal
        case 1: return .verbose
        default: return .debug
        }
    }

    private var format: OutputFormat {
        if json { return .json }
        return quiet ? .names : .text
    }
}

extension ColourChoice: ExpressibleByArgument {}
