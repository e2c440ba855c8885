import AWSRuntime
import AWSServices
package import HTTPTransport
import Logging
import SpotInstances
package import SpotProfiles
package import SpotSupport
package import SpotTerminal
import SystemPackage

// The context of the real program.
extension CommandContext {
    /// The settings may ask for another console than the flags did: one with colour, or without.
    ///
    /// - Parameter makeTransport: Makes what every request goes over, trusting the authorities in this
    ///   file besides the system's.
    /// - Throws: what is wrong with the environment, the settings or the flags.
    package static func live(
        _ global: GlobalOptions,
        console: any Console,
        environment: [String: String],
        signals: SignalStream?,
        time: any TimeSource = SystemTime(),
        makeTransport: @escaping @Sendable (_ caBundle: String?) -> any HTTPTransport = {
            CurlTransport(caBundle: $0)
        },
        makeConsole: (Settings) -> any Console
    ) throws -> CommandContext {
        let directories = try Directories(environment: environment)
        let flags = ["region": global.region, "aws_profile": global.awsProfile]
        let reading = try SettingsReading(
            flags: flags.compactMapValues(\.self),
            environment: environment,
            settingsFile: directories.settingsFile
        )
        let console = global.colour == nil ? makeConsole(reading.settings) : console
        return CommandContext(
            console: console,
            prompt: Prompt(ControllingTerminal(talkIsTerminal: console.traits.talkIsTerminal)),
            environment: environment,
            directories: directories,
            reading: reading,
            time: time,
            signals: signals,
            makeCloud: { settings in
                try Cloud.live(
                    settings,
                    environment: environment,
                    directories: directories,
                    console: console,
                    time: time,
                    makeTransport: makeTransport
                )
            }
        )
    }
}

extension Cloud {
    /// The clients of the region that settings, environment or the AWS configuration name.
    fileprivate static func live(
        _ settings: Settings,
        environment: [String: String],
        directories: Directories,
        console: any Console,
        time: any TimeSource,
        makeTransport: (String?) -> any HTTPTransport
    ) throws -> Cloud {
        let isExplicit = settings.awsProfile.origin == .flag("--aws-profile")
        var environment = environment
        if let name = settings.awsProfile.value, !isExplicit { environment["AWS_PROFILE"] = name }
        let aws = try AWSSettings(
            environment: environment,
            homeDirectory: directories.home,
            profileFlag: isExplicit ? settings.awsProfile.value : nil
        )
        let region = try aws.region(flag: settings.region.value).value
        let transport = makeTransport(aws.caBundle?.value)
        let client = AWSClient(
            region: region,
            endpoints: try aws.endpoints(),
            credentials: CredentialCache(CredentialChain(settings: aws), time: time),
            transport: transport,
            time: time,
            logger: Logger(label: "spot.aws") { _ in ConsoleLog(console: console) }
        )
        return Cloud(
            region: region,
            ec2: AWSEC2Client(client),
            ssm: AWSSSMClient(client),
            sts: AWSSTSClient(client),
            iam: AWSIAMClient(client),
            quotas: AWSServiceQuotasClient(client),
            listPrices: Self.makeListPrices(client, aws, directories, time),
            clock: ServerClock(
                address: try? aws.endpoints().endpoint(of: .sts, in: region).url,
                transport: transport,
                time: time
            ),
            http: transport,
            time: time,
            ec2InRegion: { AWSEC2Client(client.inRegion($0)) }
        )
    }

    private static func makeListPrices(
        _ client: AWSClient,
        _ aws: AWSSettings,
        _ directories: Directories,
        _ time: any TimeSource
    ) -> ListPrices {
        let home = AWSPricingClient.home(for: client.region) ?? client.region
        let endpoint = try? aws.endpoints().endpoint(of: .pricing, in: home)
        return ListPrices(
            pricing: AWSPricingClient(client),
            cache: PriceCache(
                path: directories.cache.value.appending("list-prices.json"),
                source: endpoint?.url.description ?? "nowhere"
            ),
            time: time
        )
    }
}
