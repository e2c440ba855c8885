package import ArgumentParser
package import SpotInstances

/// The machine that a verb is about.
package struct MachineArgument: ParsableArguments, Sendable {
    @Argument(help: .init("The machine's name.", valueName: "name"))
    package var text: String

    package init() {}

    /// - Throws: `GeneralFailure` of kind `usage`.
    package func name() throws -> MachineName { try MachineName(text) }
}
