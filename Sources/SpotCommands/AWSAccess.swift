import AWSRuntime
import AWSServices
import AWSSigning
import FoundationEssentials
import HTTPTransport
import SpotInstances
import SpotSupport
import SystemPackage

/// AWS as the environment and its own files say it is reached.
struct AWSAccess: Sendable {
    private let settings: AWSSettings
    /// The region that spot was told, by flag, variable, file or profile.
    private let named: Sourced<String>?
    private let context: CredentialContext
    private let priceCache: FilePath

    init(
        settings: AWSSettings,
        named: Sourced<String>?,
        context: CredentialContext,
        priceCache: FilePath
    ) {
        self.settings = settings
        self.named = named
        self.context = context
        self.priceCache = priceCache
    }

    /// The clients of the region in use.
    /// - Throws: where nobody names a region.
    func cloud() async throws -> Cloud {
        guard let region = try await region()?.value else { throw settings.noRegion }
        let context = context.asking(in: region)
        let client = AWSClient(
            region: region,
            endpoints: context.endpoints,
            credentials: CredentialCache(CredentialChain(context), time: context.time),
            transport: context.transport,
            retryPolicy: try settings.retryPolicy(),
            time: context.time,
            logger: context.logger
        )
        return Cloud(
            region: region,
            ec2: AWSEC2Client(client),
            ssm: AWSSSMClient(client),
            sts: AWSSTSClient(client),
            iam: AWSIAMClient(client),
            quotas: AWSServiceQuotasClient(client),
            listPrices: listPrices(client),
            clock: ServerClock(
                address: try? context.endpoints.endpoint(of: .sts, in: region).url,
                transport: context.transport,
                time: context.time
            ),
            http: context.transport,
            time: context.time,
            ec2InRegion: { AWSEC2Client(client.inRegion($0)) }
        )
    }

    private func listPrices(_ client: AWSClient) -> ListPrices {
        let home = AWSPricingClient.home(for: client.region) ?? client.region
        let endpoint = try? context.endpoints.endpoint(of: .pricing, in: home)
        return ListPrices(
            pricing: AWSPricingClient(client),
            cache: PriceCache(path: priceCache, source: endpoint?.url.description ?? "nowhere"),
            time: context.time
        )
    }

    /// What spot was told, else what AWS's files say, else where this instance runs.
    private func region() async throws(AWSConfigurationError) -> Sourced<Region>? {
        if let found = try settings.region(told: named) { return found }
        return try await context.instanceRegion()
    }
}

// What `config show` prints.
extension AWSAccess {
    func report() async -> AccessReport {
        let region: Sourced<Region>?
        do throws(AWSConfigurationError) {
            region = try await self.region()
        } catch {
            return AccessReport([
                .init("region", .broken(error.message), from: "AWS's configuration")
            ])
        }
        let survey = await CredentialChain(context.asking(in: region?.value)).survey()
        return AccessReport(
            region: region.map { .init("region", .value($0.value.name), from: $0.origin) },
            Self.entries(of: survey) + endpoints(in: region?.value) + certificates
        )
    }

    private static func entries(of survey: CredentialSurvey) -> [AccessReport.Entry] {
        let skipped = survey.skipped.map { skipped in
            AccessReport.Entry("credentials", .none(skipped.reason), from: skipped.provider)
        }
        switch survey.outcome {
        case .success(let found?):
            let shown = AccessReport.Entry.Finding.value(found.credentials.summary)
            return skipped + [.init("credentials", shown, from: found.provider)]
        case .success(nil):
            return skipped
        case .failure(let error):
            let origin = survey.provider ?? "AWS's configuration"
            return skipped + [.init("credentials", .broken(error.message), from: origin)]
        }
    }

    private func endpoints(in region: Region?) -> [AccessReport.Entry] {
        guard let region else { return [] }
        return [AWSService.ec2, .ssm, .sts].map { service in
            let name = "\(service.configurationKey)_endpoint"
            let origin = context.endpoints.custom.entry(for: service)?.origin ?? "built-in"
            do throws(AWSConfigurationError) {
                let url = try context.endpoints.endpoint(of: service, in: region).url
                return .init(name, .value(url.description), from: origin)
            } catch {
                return .init(name, .broken(error.message), from: origin)
            }
        }
    }

    private var certificates: [AccessReport.Entry] {
        settings.caBundle.map { [.init("ca_bundle", .value($0.value), from: $0.origin)] } ?? []
    }
}

extension AWSCredentials {
    /// Enough to know them by: the end of the key, whose they are and how long they last.
    fileprivate var summary: String {
        let facts = [
            "key …\(accessKeyID.suffix(4))", accountID.map { "account \($0)" },
            expiration.map { "until \($0.formatted(.iso8601))" },
        ]
        return facts.compactMap(\.self).joined(separator: ", ")
    }
}
