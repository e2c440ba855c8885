import HTTPTransport

/// The addresses that the user gave in place of AWS's own, in their order of precedence.
package struct CustomEndpoints: Sendable, Hashable {
    /// An address with the place where it stands, for `config show` and for errors.
    package struct Entry: Sendable, Hashable {
        package let address: String
        /// "AWS_ENDPOINT_URL_EC2", "endpoint_url of [profile lab] in /home/me/.aws/config".
        package let origin: String

        package init(address: String, origin: String) {
            self.address = address
            self.origin = origin
        }
    }

    /// By configuration key; these come before `general` of the same level.
    private let levels: [Level]

    private struct Level: Hashable {
        let services: [String: Entry]
        let general: Entry?
    }

    package init() {
        levels = []
    }

    /// Collects addresses; one from the command line, `flag`, beats everything.
    ///
    /// - Throws: where the profile names a `services` section that is not there.
    package init(
        flag: Entry?,
        environment: [String: String],
        profile: SharedProfile?
    ) throws(AWSConfigurationError) {
        let ignores =
            environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]
            ?? profile?["ignore_configured_endpoint_urls"]
        let top = Level(services: [:], general: flag)
        guard ignores?.lowercased() != "true" else {
            levels = [top]
            return
        }
        levels = [top, Self.level(environment), try Self.level(profile)]
    }

    /// The entry that applies to a service, if any does.
    package func entry(for service: AWSService) -> Entry? {
        levels.lazy.compactMap { $0.services[service.configurationKey] ?? $0.general }.first
    }

    func url(of service: AWSService) throws(AWSConfigurationError) -> HTTPURL? {
        guard let entry = entry(for: service) else { return nil }
        guard let url = HTTPURL(entry.address), url.query.isEmpty else {
            throw AWSConfigurationError(
                "cannot use \(entry.address) as an endpoint: it is not an http or https address",
                hint: "it comes from \(entry.origin)"
            )
        }
        return url
    }

    private static func level(_ environment: [String: String]) -> Level {
        let prefix = "AWS_ENDPOINT_URL"
        var services: [String: Entry] = [:]
        for (name, value) in environment where name.hasPrefix("\(prefix)_") && !value.isEmpty {
            let key = name.dropFirst(prefix.count + 1).lowercased()
            services[key] = Entry(address: value, origin: name)
        }
        let general = environment[prefix].flatMap { value in
            value.isEmpty ? nil : Entry(address: value, origin: prefix)
        }
        return Level(services: services, general: general)
    }

    private static func level(_ profile: SharedProfile?) throws(AWSConfigurationError) -> Level {
        guard let profile else { return Level(services: [:], general: nil) }
        var services: [String: Entry] = [:]
        for (key, settings) in try profile.services() {
            guard let address = settings["endpoint_url"] else { continue }
            let place = "[services \(profile["services"] ?? "")] of \(profile.configPath)"
            services[key] = Entry(address: address, origin: "endpoint_url of \(key) in \(place)")
        }
        let general = profile["endpoint_url"].map {
            Entry(address: $0, origin: profile.place(of: "endpoint_url"))
        }
        return Level(services: services, general: general)
    }
}
