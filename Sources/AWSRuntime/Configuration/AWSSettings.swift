import SpotSupport
package import SystemPackage

/// What environment and shared files say about profile, region, endpoints and certificates.
///
/// Everything is read once, at the beginning; nothing here looks at the process itself.
package struct AWSSettings: Sendable {
    package let environment: [String: String]
    package let homeDirectory: FilePath
    package let files: SharedConfiguration
    /// The profile in use, by name; it may be missing where nobody asked for it.
    package let profileName: Sourced<String>
    package let profile: SharedProfile?
    /// The profile was named on the command line, which beats keys in the environment.
    package let isProfileExplicit: Bool

    /// Reads the shared files; `profileFlag` is the profile that the command line names.
    ///
    /// - Throws: where a file cannot be read or a profile that was asked for does not exist.
    package init(
        environment: [String: String],
        homeDirectory: FilePath,
        profileFlag: String? = nil
    ) throws(AWSConfigurationError) {
        self.environment = environment
        self.homeDirectory = homeDirectory
        files = try SharedConfiguration(environment: environment, homeDirectory: homeDirectory)
        isProfileExplicit = profileFlag != nil
        let asked =
            profileFlag.map { Sourced($0, from: "--aws-profile") }
            ?? Self.first(["AWS_PROFILE", "AWS_DEFAULT_PROFILE"], in: environment)
        profileName = asked ?? Sourced("default", from: "the default")
        profile = files.profile(profileName.value)
        guard let asked, profile == nil else { return }
        throw AWSConfigurationError(
            "there is no AWS profile \(asked.value) in \(files.configPath) or "
                + "\(files.credentialsPath)",
            hint: "\(asked.origin) names it; " + files.hint(forMissing: asked.value)
        )
    }

    /// The region in use: what we are told, `AWS_REGION`, `AWS_DEFAULT_REGION`, profile; there is no
    /// default.
    ///
    /// - Throws: where what is said is no region's name.
    package func region(
        told: Sourced<String>? = nil
    ) throws(AWSConfigurationError) -> Sourced<Region>? {
        let found =
            told
            ?? Self.first(["AWS_REGION", "AWS_DEFAULT_REGION"], in: environment)
            ?? profileValue("region")
        guard let found else { return nil }
        guard let region = Region(found.value) else {
            throw AWSConfigurationError(
                "cannot use \(ShellQuoting.quote(found.value)) as a region: "
                    + "it is not a name like eu-central-1",
                hint: "it comes from \(found.origin)"
            )
        }
        return Sourced(region, from: found.origin)
    }

    /// Nobody says which region to use.
    package var noRegion: AWSConfigurationError {
        AWSConfigurationError(
            "no AWS region is set",
            hint: "give --region, set AWS_REGION, or put region = … into \(files.configPath)"
        )
    }

    /// How addresses of services are found.
    package func endpoints(flag: String? = nil) throws(AWSConfigurationError) -> EndpointResolver {
        EndpointResolver(
            custom: try CustomEndpoints(
                flag: flag.map { CustomEndpoints.Entry(address: $0, origin: "--endpoint-url") },
                environment: environment,
                profile: profile
            ),
            usesFIPS: isTrue("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
            usesDualStack: isTrue("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
        )
    }

    /// A PEM file of certificate authorities in place of the system's.
    package var caBundle: Sourced<String>? {
        value("AWS_CA_BUNDLE", key: "ca_bundle")
            ?? variable("REQUESTS_CA_BUNDLE").map { Sourced($0, from: "REQUESTS_CA_BUNDLE") }
    }

    /// The path of the bundle, if one is named.
    /// - Throws: where there is no such file, with the place that names it.
    package func readableCABundle() throws(AWSConfigurationError) -> String? {
        guard let bundle = caBundle else { return nil }
        do throws(SystemCallError) {
            guard try PrivateFile.read(FilePath(bundle.value)) != nil else {
                throw SystemCallError(.noSuchFileOrDirectory, "read \(bundle.value)")
            }
            return bundle.value
        } catch {
            throw AWSConfigurationError(
                "cannot use the certificates of \(bundle.origin): \(error.message)",
                cause: error
            )
        }
    }

    /// Where `aws login` keeps its sessions.
    var loginDirectory: FilePath {
        guard let path = variable("AWS_LOGIN_CACHE_DIRECTORY") else {
            return homeDirectory.appending(".aws/login/cache")
        }
        return SharedConfiguration.expand(
            path,
            environment: environment,
            homeDirectory: homeDirectory
        )
    }

    /// The value of an environment variable; an empty one counts as unset.
    package func variable(_ name: String) -> String? {
        environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }

    /// What a variable says, else a key of the profile in use.
    package func value(_ name: String, key: String) -> Sourced<String>? {
        variable(name).map { Sourced($0, from: name) } ?? profileValue(key)
    }

    private func isTrue(_ variable: String, _ key: String) -> Bool {
        (environment[variable] ?? profile?[key])?.lowercased() == "true"
    }

    private func profileValue(_ key: String) -> Sourced<String>? {
        guard let profile, let value = profile[key] else { return nil }
        return Sourced(value, from: "\(profile) in \(profile.file(of: key))")
    }

    private static func first(
        _ variables: [String],
        in environment: [String: String]
    ) -> Sourced<String>? {
        variables.lazy.compactMap { name in
            environment[name].flatMap { $0.isEmpty ? nil : Sourced($0, from: name) }
        }.first
    }
}
