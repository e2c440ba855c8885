import ArgumentParser
import SpotSupport

extension Spot {
    /// Files and directories from the machine.
    struct Download: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Copy files and directories from a machine.",
            discussion: """
                With cp -R's rules. One source goes to the current directory; of several words the last is \
                the destination. - as the destination is standard output.
                Example: spot download web results .
                """
        )

        @OptionGroup var machine: MachineArgument

        @Argument(help: .init("What to copy, then where to.", valueName: "src"))
        var paths: [String]

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let (sources, destination) = try TransferArguments.download(paths)
            let work = try await MachineWork.on(machine.name(), context)
            try await work.download(sources, to: destination)
            return ExitStatus.success
        }
    }
}
