import AWSRuntime
import HTTPTransport
import Logging
import SpotProfiles
import SpotSupport
import SpotTerminal
import SystemPackage

/// What it takes to find out how AWS is reached, before any setting is known.
struct AWSDoor: Sendable {
    let environment: [String: String]
    let directories: Directories
    let console: any Console
    let prompt: Prompt
    let time: any TimeSource
    let makeTransport: @Sendable (_ caBundle: String?) -> any HTTPTransport

    /// Reads AWS's own configuration under these settings; no credentials are looked for yet.
    func access(_ settings: Settings) throws -> AWSAccess {
        try access(settings) { device in
            try await prompt.line("code of \(device)", flag: "--aws-profile")
        }
    }

    /// Looks for everything and tells what was found where; nobody is asked for a code.
    func report(_ settings: Settings) async -> AccessReport {
        do {
            let access = try access(settings) { _ in
                throw GeneralFailure(.usage, "a command that calls AWS will ask for it")
            }
            return await access.report()
        } catch {
            let problem = AccessReport.Entry(
                "credentials",
                .broken("\(error)"),
                from: "AWS's configuration"
            )
            return AccessReport([problem])
        }
    }

    private func access(
        _ settings: Settings,
        question: @escaping MFACodes.Question
    ) throws -> AWSAccess {
        let isExplicit = settings.awsProfile.origin == .flag("--aws-profile")
        var environment = environment
        if let name = settings.awsProfile.value, !isExplicit { environment["AWS_PROFILE"] = name }
        let aws = try AWSSettings(
            environment: environment,
            homeDirectory: directories.home,
            profileFlag: isExplicit ? settings.awsProfile.value : nil
        )
        let context = CredentialContext(
            settings: aws,
            region: nil,
            endpoints: try aws.endpoints(),
            transport: makeTransport(try aws.readableCABundle()),
            sessions: RoleSessionStore(
                directory: directories.cache.value.appending("credentials"),
                time: time
            ),
            codes: MFACodes(ask: question),
            time: time,
            logger: Logger(label: "spot.aws") { _ in ConsoleLog(console: console) }
        )
        let named = settings.region.value.map {
            AWSRuntime.Sourced($0, from: "\(settings.region.origin)")
        }
        return AWSAccess(
            settings: aws,
            named: named,
            context: context,
            priceCache: directories.cache.value.appending("list-prices.json")
        )
    }
}
