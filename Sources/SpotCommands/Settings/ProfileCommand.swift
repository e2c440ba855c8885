import ArgumentParser
import FoundationEssentials
import SpotProfiles
import SpotSupport
import SpotTerminal

extension Spot {
    /// What machines can be launched as.
    struct ProfileCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "profile",
            abstract: "Look at launch profiles.",
            subcommands: [ProfileList.self, ProfileShow.self]
        )
    }

    /// All profiles, the user's own included.
    struct ProfileList: SpotVerb {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Show all profiles.",
            discussion: "Example: spot profile list",
            aliases: ["ls"]
        )

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let listings = try context.catalog.listings()
            try context.render(listings.map { ProfileRow($0) })
            for problem in listings.compactMap(\.problem) {
                context.console.warning(problem.message)
            }
            return ExitStatus.success
        }
    }

    /// One profile with every value and where it comes from.
    struct ProfileShow: SpotVerb {
        static let configuration = CommandConfiguration(
            commandName: "show",
            abstract: "Show one profile, each value with its origin.",
            discussion: "Example: spot profile show gpu"
        )

        @Argument(help: .init("The profile, or an instance type.", valueName: "profile"))
        var name: String

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            try context.render(
                try context.catalog.profile(named: name).entries.map { EntryRow($0) }
            )
            return ExitStatus.success
        }
    }
}

/// A profile as `profile list` prints it.
private struct ProfileRow: TableRow {
    let name: String
    let summary: String?
    let base: String?
    let origin: String

    init(_ listing: ProfileCatalog.Listing) {
        name = listing.name
        summary = listing.problem == nil ? listing.summary : "cannot be used"
        base = listing.base
        origin = listing.origin.description
    }

    static let columns: [Table.Column] = [
        .init("NAME", mayShrink: false), .init("BASE"), .init("WHAT"), .init("FROM"),
    ]

    var names: [String] { [name] }

    func cells(at now: Date) -> [Table.Cell] {
        [
            .init(name), base.map { .init($0) } ?? .none, summary.map { .init($0) } ?? .none,
            .init(origin),
        ]
    }
}
