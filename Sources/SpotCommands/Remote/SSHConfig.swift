import ArgumentParser
import SpotInstances
import SpotRemote
import SpotTerminal

extension Spot {
    /// An ssh_config block with which plain `ssh`, `scp` and `rsync` reach the machine.
    struct SSHConfig: SpotVerb {
        static let configuration = CommandConfiguration(
            commandName: "ssh-config",
            abstract: "Print an ssh_config block for a machine.",
            discussion: """
                With it, ssh, scp and rsync log in under the host key that spot has verified. \
                ~/.ssh/config is never edited: include the output from there, or use it by itself.
                Example: spot ssh-config web > web.conf && rsync -e 'ssh -F web.conf' -a src web:
                """
        )

        @OptionGroup var machine: MachineArgument
        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let name = try machine.name()
            let cloud = try await context.cloud()
            let found = try await cloud.directory.machine(named: name)
            let config = try await context.connector(cloud).sshConfig(
                for: found,
                named: name,
                knownHosts: context.knownHosts
            )
            if context.console.traits.format == .json {
                try context.console.data(json: config)
            } else {
                try context.console.write(Array(config.text.utf8), to: .output)
            }
            return ExitStatus.success
        }
    }
}
