import AWSRuntime
import AWSSigning
import HTTPTransport
import Logging
import SpotSupport
import SpotTestSupport
import SystemPackage

/// What somebody makes of a fixture.
struct OracleAnswer: Equatable {
    /// One thing that was looked for; all failures are alike, for they differ in words only.
    enum Finding: Equatable {
        case found(String)
        case nothing
        case failure(String)

        static func == (one: Finding, other: Finding) -> Bool {
            switch (one, other) {
            case (.found(let one), .found(let other)): one == other
            case (.nothing, .nothing), (.failure, .failure): true
            default: false
            }
        }
    }

    var credentials: Finding
    var region: Finding
    var endpoints: [String: Finding]
}

// botocore's answer.
extension OracleAnswer {
    static func ofBotocore(
        _ fixture: OracleFixture,
        _ layout: LaidOutFixture,
        _ oracle: BotocoreOracle
    ) async throws -> OracleAnswer {
        let answer = try await oracle.ask([
            "environment": .object(layout.environment.mapValues { .text($0) }),
            "profile": fixture.profileFlag.map { .text($0) } ?? .null,
            "region": fixture.regionFlag.map { .text($0) } ?? .null,
            "code": fixture.code.map { .text($0) } ?? .null,
            "services": .list(fixture.services.map { .text($0) }),
        ])
        var endpoints: [String: Finding] = [:]
        for service in fixture.services {
            endpoints[service] = Finding(answer["endpoints"][service])
        }
        return OracleAnswer(
            credentials: Finding(answer["credentials"]),
            region: Finding(answer["region"]),
            endpoints: endpoints
        )
    }
}

extension OracleAnswer.Finding {
    fileprivate init(_ answer: JSONValue) {
        if let failure = answer["failure"].text {
            self = .failure(failure)
        } else {
            self = answer["value"].text.map { .found($0) } ?? .nothing
        }
    }
}

/// Credentials that were found before.
private struct FoundCredentials: CredentialProvider {
    let resolution: CredentialResolution

    var name: String { resolution.provider }

    func resolve() -> CredentialAnswer { .credentials(resolution.credentials) }
}

// Our answer.
extension OracleAnswer {
    static func ofOurs(_ fixture: OracleFixture, _ layout: LaidOutFixture) async -> OracleAnswer {
        let settings: AWSSettings
        do throws(AWSConfigurationError) {
            settings = try AWSSettings(
                environment: layout.environment,
                homeDirectory: layout.home.path,
                profileFlag: fixture.profileFlag
            )
        } catch {
            let failure = Finding.failure(error.message)
            return OracleAnswer(
                credentials: failure,
                region: failure,
                endpoints: Dictionary(uniqueKeysWithValues: fixture.services.map { ($0, failure) })
            )
        }
        let region = Result { () throws(AWSConfigurationError) in
            try settings.region(told: fixture.regionFlag.map { Sourced($0, from: "--region") })?
                .value
        }
        var endpoints: [String: Finding] = [:]
        for service in fixture.services {
            endpoints[service] = endpoint(of: service, settings, region)
        }
        return OracleAnswer(
            credentials: await credentials(fixture, settings, region),
            region: Finding(region.map { $0?.name }),
            endpoints: endpoints
        )
    }

    private static func credentials(
        _ fixture: OracleFixture,
        _ settings: AWSSettings,
        _ region: Result<Region?, AWSConfigurationError>
    ) async -> Finding {
        let code = fixture.code
        let question: MFACodes.Question = { _ in code ?? "" }
        do throws(AWSConfigurationError) {
            let context = CredentialContext(
                settings: settings,
                region: try? region.get(),
                endpoints: try settings.endpoints(),
                transport: CurlTransport(),
                codes: MFACodes(ask: code == nil ? nil : question),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            guard let answer = try await CredentialChain(context).survey().outcome.get() else {
                return .nothing
            }
            // The cache refuses what has expired.
            let found = try await CredentialCache(
                CredentialChain([FoundCredentials(resolution: answer)])
            ).credentials()
            return .found(
                "\(found.accessKeyID) \(found.secretAccessKey) \(found.sessionToken ?? "-")"
            )
        } catch {
            return .failure(error.message)
        }
    }

    private static func endpoint(
        of service: String,
        _ settings: AWSSettings,
        _ region: Result<Region?, AWSConfigurationError>
    ) -> Finding {
        let services: [String: AWSService] = [
            "sso": .sso, "sso-oidc": .ssoOIDC, "signin": .signIn, "sts": .sts,
        ]
        return Finding(
            Result { () throws(AWSConfigurationError) in
                guard let region = try region.get(), let service = services[service] else {
                    throw AWSConfigurationError("no region")
                }
                let url = try settings.endpoints().endpoint(of: service, in: region).url
                return "\(url.scheme)://\(url.authority)"
            }
        )
    }
}

extension OracleAnswer.Finding {
    fileprivate init(_ result: Result<String?, AWSConfigurationError>) {
        switch result {
        case .success(let value?): self = .found(value)
        case .success(nil): self = .nothing
        case .failure(let error): self = .failure(error.message)
        }
    }
}
