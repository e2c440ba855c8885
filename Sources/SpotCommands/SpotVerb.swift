package import ArgumentParser
import SpotSupport

/// One verb of the command line: parsed arguments that become one call of the domain and its rendering.
package protocol SpotVerb: ParsableCommand, Sendable {
    var global: GlobalOptions { get }

    /// What the exit status means.
    var convention: ExitStatus.Convention { get }

    /// Whether it has to know all settings, or can do with those that can be read.
    static var needsSettings: Bool { get }

    /// - Returns: The exit status; 0 unless the verb hands one on from a remote command.
    func execute(_ context: CommandContext) async throws -> Int32
}

extension SpotVerb {
    package var convention: ExitStatus.Convention { .verb }
    package static var needsSettings: Bool { true }
}
