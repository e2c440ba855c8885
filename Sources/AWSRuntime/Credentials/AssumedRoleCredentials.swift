package import AWSSigning
import FoundationEssentials
import HTTPTransport
import Logging
import SpotSupport

/// A profile with `role_arn`: the role is assumed with the credentials of another profile, of the
/// environment, of the container or of the instance.
package struct AssumedRoleCredentials: CredentialProvider {
    private let context: CredentialContext
    private let profileName: String

    package init(_ context: CredentialContext, profile: String) {
        self.context = context
        profileName = profile
    }

    package var name: String { "the role of profile \(profileName)" }

    package func resolve() async throws(AWSConfigurationError) -> CredentialAnswer {
        guard let role = try settings(of: profileName) else {
            return .notApplicable(reason: "profile \(profileName) names no role with a source")
        }
        return .credentials(try await assume(role, after: [profileName]))
    }

    package func forget(_ refused: AWSCredentials) {
        guard let role = try? settings(of: profileName), let key = try? key(of: role) else {
            return
        }
        do {
            try context.sessions?.forget(refused, under: key)
        } catch {
            context.logger.debug("\(error.message)")
        }
    }

    private func settings(of profile: String) throws(AWSConfigurationError) -> RoleSettings? {
        guard let profile = context.settings.files.profile(profile) else { return nil }
        return try RoleSettings(profile)
    }

    /// - Parameter visited: the profiles that led here, this role's own last.
    private func assume(
        _ role: RoleSettings,
        after visited: [String]
    ) async throws(AWSConfigurationError) -> AWSCredentials {
        try checkSource(of: role, visited)
        let key = try key(of: role)
        if let kept = context.sessions?.session(key) { return kept }
        let source = try await source(of: role, visited)
        let region = try context.requireRegion(of: .sts, for: role.place)
        let operation = AssumeRole(
            role: role.arn,
            sessionName: role.sessionName ?? Self.sessionName(at: context.time),
            duration: role.duration,
            externalID: role.externalID,
            serialNumber: role.mfaSerial,
            code: try await code(of: role)
        )
        do throws(AWSError) {
            let session = try await context.client(in: region, source: source).send(operation)
            keep(session, under: key)
            return session
        } catch {
            throw .denied("cannot use \(role.place): \(error.message)", cause: error)
        }
    }

    private func code(of role: RoleSettings) async throws(AWSConfigurationError) -> String? {
        guard let serial = role.mfaSerial else { return nil }
        return try await context.codes.code(of: serial, for: role.place)
    }

    private func keep(_ session: AWSCredentials, under key: [String]) {
        do {
            try context.sessions?.keep(session, under: key)
        } catch {
            context.logger.debug("cannot keep the session of a role: \(error)")
        }
    }

    /// Everything that makes it this session and no other, the address of STS included.
    private func key(of role: RoleSettings) throws(AWSConfigurationError) -> [String] {
        let region = try context.requireRegion(of: .sts, for: role.place)
        return [
            try context.endpoints.endpoint(of: .sts, in: region).url.description,
            "\(context.settings.files.configPath)", role.profile, "\(role.source)", role.arn,
            role.sessionName ?? "", role.externalID ?? "", role.duration.map { "\($0)" } ?? "",
            role.mfaSerial ?? "",
        ]
    }

    static func sessionName(at time: any TimeSource) -> String {
        "spot-\(Int(time.now.timeIntervalSince1970))"
    }
}

// Where the credentials come from with which a role is assumed.
extension AssumedRoleCredentials {
    /// Refuses a source that is not there or that leads back; a profile may name itself for the keys
    /// that stand in it.
    private func checkSource(
        of role: RoleSettings,
        _ visited: [String]
    ) throws(AWSConfigurationError) {
        guard case .profile(let name) = role.source else { return }
        guard let source = context.settings.files.profile(name) else {
            throw .denied("cannot use \(role.place): there is no source_profile \(name)")
        }
        guard visited.contains(name) else { return }
        guard name == role.profile, source.hasStaticKeys else {
            let circle = (visited + [name]).joined(separator: " → ")
            throw .denied("cannot use \(role.place): source_profile leads in a circle: \(circle)")
        }
    }

    private func source(
        of role: RoleSettings,
        _ visited: [String]
    ) async throws(AWSConfigurationError) -> CredentialResolution {
        switch role.source {
        case .profile(let name):
            return try await source(inProfile: name, of: role, visited)
        case .environment:
            return try await ask(EnvironmentCredentials(context.settings, isAsked: true), of: role)
        case .container:
            return try await ask(ContainerCredentials(context), of: role)
        case .instance:
            return try await ask(InstanceCredentials(context), of: role)
        }
    }

    /// Keys that stand in the profile are taken rather than its own role.
    private func source(
        inProfile name: String,
        of role: RoleSettings,
        _ visited: [String]
    ) async throws(AWSConfigurationError) -> CredentialResolution {
        if context.settings.files.profile(name)?.hasStaticKeys != true,
            let next = try settings(of: name)
        {
            return CredentialResolution(
                credentials: try await assume(next, after: visited + [name]),
                provider: next.place
            )
        }
        let providers = CredentialChain.providers(
            ofProfile: name,
            in: context,
            asksVariables: false
        )
        guard let found = try await CredentialChain(providers).survey().outcome.get() else {
            throw .denied(
                "cannot use \(role.place): its source_profile \(name) has no credentials"
            )
        }
        return found
    }

    private func ask(
        _ provider: some CredentialProvider,
        of role: RoleSettings
    ) async throws(AWSConfigurationError) -> CredentialResolution {
        switch try await provider.resolve() {
        case .credentials(let credentials):
            return CredentialResolution(credentials: credentials, provider: provider.name)
        case .notApplicable(let reason):
            throw .denied(
                "cannot use \(role.place): \(provider.name) has no credentials: \(reason)"
            )
        }
    }
}
