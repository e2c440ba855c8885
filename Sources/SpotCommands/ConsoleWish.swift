package import SpotTerminal

/// How a console should speak, as far as the command line says so.
package struct ConsoleWish: Hashable, Sendable {
    package var colour: ColourChoice
    package let format: OutputFormat
    package let verbosity: Verbosity

    package init(
        colour: ColourChoice = .auto,
        format: OutputFormat = .text,
        verbosity: Verbosity = .normal
    ) {
        self.colour = colour
        self.format = format
        self.verbosity = verbosity
    }
}
