import ArgumentParser
import SpotSupport

extension Spot {
    /// Files and directories to the machine.
    struct Upload: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Copy files and directories to a machine.",
            discussion: """
                With cp -R's rules. One source goes to the home directory; of several words the last is the \
                destination. - as the source is standard input.
                Example: spot upload web src data.csv work/
                """
        )

        @OptionGroup var machine: MachineArgument

        @Argument(help: .init("What to copy, then where to.", valueName: "src"))
        var paths: [String]

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let (sources, destination) = try TransferArguments.upload(paths)
            let work = try await MachineWork.on(machine.name(), context)
            try await work.upload(sources, to: destination)
            return ExitStatus.success
        }
    }
}
