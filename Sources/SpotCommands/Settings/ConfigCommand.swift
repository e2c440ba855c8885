import ArgumentParser
import SpotProfiles
import SpotTerminal
import SystemPackage

extension Spot {
    /// Settings and where they come from.
    struct ConfigCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "config",
            abstract: "Look at settings.",
            subcommands: [ConfigShow.self, ConfigPath.self]
        )
    }

    /// Every setting with its value and its origin.
    struct ConfigShow: SpotVerb {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show every setting and where its value comes from.",
            discussion: """
                Tells, too, whose credentials AWS is asked with, and why each place that comes \
                first in AWS's own order has none. No secret is shown.

                Example: spot config show
                """
        )

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let profile = try context.catalog.profile(named: context.settings.profile.value)
            let settings = try context.settings(with: profile)
            let report = await context.accessReport(settings)
            let entries = (settings.entries + context.directories.entries).map { entry in
                // A region that spot was not told may be known to AWS's own files.
                report.region.flatMap { entry.name == $0.name && entry.text.isEmpty ? $0 : nil }
                    .map { EntryRow($0) } ?? EntryRow(entry)
            }
            try context.render(entries + report.entries.map { EntryRow($0) })
            return ExitStatus.success
        }
    }

    /// The path of the user's settings file.
    struct ConfigPath: SpotVerb {
        static let configuration = CommandConfiguration(
            commandName: "path",
            abstract: "Print the path of your settings file.",
            discussion: "Example: $EDITOR \"$(spot config path)\""
        )

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let path = context.directories.settingsFile.string
            if context.console.traits.format == .json {
                try context.console.data(json: ["path": path])
            } else {
                context.console.data(path)
            }
            return ExitStatus.success
        }
    }
}
