import ArgumentParser
import SpotDoctor
import SpotInstances
import SpotProfiles
import SpotSupport

extension Spot {
    /// Looks whether everything that a launch needs is there.
    struct Doctor: SpotVerb {
        static let configuration = CommandConfiguration(
            abstract: "Look whether everything that a launch needs is there, and change nothing.",
            discussion: """
                Looks at this computer, the account and the way between them. Each finding that is not in
                order comes with what to do about it; the exit status is that of the first problem.
                Example: spot doctor
                """
        )

        /// It looks after the settings themselves.
        static let needsSettings = false

        @Argument(help: .init("A machine of yours to look at, too.", valueName: "name"))
        var machine: String?

        @OptionGroup(title: "Everywhere") var global: GlobalOptions

        func execute(_ context: CommandContext) async throws -> Int32 {
            let name = try machine.map { try MachineName($0) }
            let findings = try await context.watching("doctor", limit: nil) { _ in
                try await context.examine(name)
            }
            try context.render(findings)
            guard let problem = findings.lazy.compactMap(\.problem).first else {
                return ExitStatus.success
            }
            return ExitStatus.status(of: problem)
        }
    }
}

extension CommandContext {
    /// What can be looked at without AWS comes with what cannot wait for it; the rest needs working
    /// credentials.
    fileprivate func examine(_ name: MachineName?) async throws -> [Diagnosis] {
        let examination = Examination(time: time)
        let local = LocalChecks(
            directories: directories,
            environment: environment,
            catalog: catalog,
            settingsFailure: settingsFailure
        )
        let launchable = try? catalog.profile(named: settings.profile.value)
        let profile = try launchable ?? catalog.profile(named: "_default")
        let cloud: Cloud
        do {
            cloud = try await self.cloud(for: profile)
        } catch {
            try Task.checkCancellation()
            let region = Check("region") { throw error }
            let aws = Check("account") { .skipped("AWS cannot be asked before that is in order") }
            return try await examination.make(local.checks + [region, aws])
        }
        let account = cloud.account(launching: profile)
        let network = NetworkChecks(
            account,
            name: name,
            port: explicitPort,
            addressQuestion: settings.checkipURL.value,
            http: cloud.http
        )
        let first = try await examination.make(
            local.checks + IdentityChecks(account).checks + [network.address]
        )
        let rest =
            PermissionChecks(account).checks + QuotaChecks(account).checks + network.checks
        let hasCredentials = !first.contains {
            $0.check == IdentityChecks.credentials && $0.problem != nil
        }
        guard hasCredentials else {
            return first + rest.map { $0.skipped("needs working credentials") }
        }
        return first + (try await examination.make(rest))
    }
}
