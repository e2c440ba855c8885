import ArgumentParser
import SpotTerminal

extension Spot {
    /// The completion script of a shell.
    struct Completion: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Print a completion script for your shell.",
            discussion:
                "Example: spot completion bash > ~/.local/share/bash-completion/completions/spot"
        )

        /// The shells that the parser can write for.
        enum Shell: String, ExpressibleByArgument, CaseIterable {
            case bash
            case zsh
            case fish

            var completionShell: CompletionShell {
                switch self {
                case .bash: .bash
                case .zsh: .zsh
                case .fish: .fish
                }
            }
        }

        @Argument(help: .init("bash, zsh or fish.", valueName: "shell"))
        var shell: Shell

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            context.console.data(Spot.completionScript(for: shell.completionShell))
            return ExitStatus.success
        }
    }
}
