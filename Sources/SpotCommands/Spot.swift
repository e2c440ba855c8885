package import ArgumentParser

/// The command tree.
package struct Spot: ParsableCommand {
    package static let configuration = CommandConfiguration(
        commandName: "spot",
        abstract: "Named machines on AWS EC2 spot capacity.",
        discussion: """
            spot launch web -p t3.small -a   a machine named web, a shell open on it
            spot upload web data.csv         copy to it
            spot run web train.sh            run a script there
            spot download web results        copy from it
            spot terminate web               leave nothing behind, and nothing billing

            \(ExitStatus.helpText)
            """,
        version: SpotVersion.text,
        subcommands: [
            Launch.self, List.self, Status.self, Wait.self, Stop.self, Start.self, Terminate.self,
            Shell.self, Exec.self, Run.self, Upload.self, Download.self, SSHConfig.self,
            Price.self, Doctor.self, ProfileCommand.self, ConfigCommand.self, Completion.self,
        ]
    )

    package init() {}
}
