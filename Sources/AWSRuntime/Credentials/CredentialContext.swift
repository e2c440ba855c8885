package import HTTPTransport
package import Logging
package import SpotSupport
import SystemPackage

/// What providers of credentials look at and reach the world through.
package struct CredentialContext: Sendable {
    package let settings: AWSSettings
    /// Where STS is asked; nil where nobody named a region, which only some providers mind.
    package private(set) var region: Region?
    package let endpoints: EndpointResolver
    package let transport: any HTTPTransport
    package let commands: any CommandRunner
    /// Where sessions of roles are kept between commands; nil keeps none.
    package let sessions: RoleSessionStore?
    package let codes: MFACodes
    package let time: any TimeSource
    package let logger: Logger

    package init(
        settings: AWSSettings,
        region: Region?,
        endpoints: EndpointResolver,
        transport: any HTTPTransport,
        commands: any CommandRunner = SystemCommandRunner(),
        sessions: RoleSessionStore? = nil,
        codes: MFACodes = MFACodes(),
        time: any TimeSource = SystemTime(),
        logger: Logger
    ) {
        self.settings = settings
        self.region = region
        self.endpoints = endpoints
        self.transport = transport
        self.commands = commands
        self.sessions = sessions
        self.codes = codes
        self.time = time
        self.logger = logger
    }

    /// The same, with STS and Sign-In in another region.
    package func asking(in region: Region?) -> CredentialContext {
        var context = self
        context.region = region
        return context
    }

    /// Where this machine runs if it is an EC2 instance; nil elsewhere, soon.
    package func instanceRegion() async throws(AWSConfigurationError) -> Sourced<Region>? {
        let service = try InstanceMetadata(self)
        do throws(InstanceMetadata.Silence) {
            let name = try await service.text("latest/meta-data/placement/region", service.token())
            return Region(name.trimmed).map { Sourced($0, from: "this instance") }
        } catch {
            logger.debug("no region: \(error.reason)")
            return nil
        }
    }

    /// A client that signs with `source`, or with nothing where the operation asks for no signature.
    func client(in region: Region, source: CredentialResolution? = nil) -> AWSClient {
        AWSClient(
            region: region,
            endpoints: endpoints,
            credentials: CredentialCache(CredentialChain([KnownCredentials(source)]), time: time),
            transport: transport,
            time: time,
            logger: logger
        )
    }

    /// The text of a file that somebody else renews, read again each time.
    func text(
        ofFile path: String,
        namedBy origin: String
    ) throws(AWSConfigurationError) -> String {
        do throws(SystemCallError) {
            guard let bytes = try PrivateFile.read(FilePath(path)) else {
                throw SystemCallError(.noSuchFileOrDirectory, "read \(path)")
            }
            return String(decoding: bytes, as: UTF8.self)
        } catch {
            throw .denied("cannot use \(origin): \(error.message)", cause: error)
        }
    }

    /// The region in which `service` is asked on behalf of `place`.
    func requireRegion(
        of service: AWSService,
        for place: String
    ) throws(AWSConfigurationError) -> Region {
        guard let region else {
            throw .denied(
                "cannot ask \(service.name) for the credentials of \(place): no AWS region is set",
                hint: settings.noRegion.hint
            )
        }
        return region
    }
}

/// Credentials that were found before.
private struct KnownCredentials: CredentialProvider {
    private let source: CredentialResolution?

    init(_ source: CredentialResolution?) { self.source = source }

    var name: String { source?.provider ?? "nowhere" }

    func resolve() -> CredentialAnswer {
        guard let source else { return .notApplicable(reason: "none are needed") }
        return .credentials(source.credentials)
    }
}

extension AWSConfigurationError {
    /// A provider of credentials applies but has none to give.
    static func denied(
        _ message: String,
        hint: String? = nil,
        cause: (any Error)? = nil
    ) -> AWSConfigurationError {
        let failure = cause as? any Failure
        let kind: FailureKind =
            switch failure?.kind {
            case .transport: .transport
            case .timedOut: .timedOut
            case .cancelled: .cancelled
            default: .denied
            }
        return AWSConfigurationError(
            message,
            kind: kind,
            hint: hint ?? failure?.hint,
            cause: cause
        )
    }
}
