/// What there is to know about a service before any of its operations: name, host, wire form.
package struct AWSService: Sendable, Hashable {
    /// The form in which a service wants its requests and gives its answers.
    package enum WireProtocol: Sendable, Hashable {
        /// Form fields in, XML out, every list flat (`X.1`).
        case ec2
        /// Form fields in, XML out, lists as `X.member.1`.
        case query
        /// A JSON object in and out; `version` is "1.0" or "1.1".
        case json(version: String, targetPrefix: String)
        /// Method and path say what is wanted; JSON in and out.
        case restJSON
    }

    /// For messages: "EC2".
    package let name: String
    /// The key of the `services` section of a configuration file; upper-cased, the end of
    /// `AWS_ENDPOINT_URL_…`.
    package let configurationKey: String
    /// The first label of the host.
    package let endpointPrefix: String
    /// The service part of a signature's scope.
    package let signingName: String
    package let apiVersion: String
    package let wireProtocol: WireProtocol
    package let hosts: HostRule

    package init(
        name: String,
        configurationKey: String,
        endpointPrefix: String,
        signingName: String? = nil,
        apiVersion: String,
        wireProtocol: WireProtocol,
        hosts: HostRule = HostRule()
    ) {
        self.name = name
        self.configurationKey = configurationKey
        self.endpointPrefix = endpointPrefix
        self.signingName = signingName ?? endpointPrefix
        self.apiVersion = apiVersion
        self.wireProtocol = wireProtocol
        self.hosts = hosts
    }
}

/// How a service's hosts differ from `{prefix}.{region}.{suffix}`.
package struct HostRule: Sendable, Hashable {
    /// One host for a whole partition, and the region for which requests to it are signed.
    package struct GlobalHost: Sendable, Hashable {
        package let host: String
        package let dualStackHost: String?
        package let fipsHost: String?
        package let fipsDualStackHost: String?
        package let region: String

        package init(
            _ host: String,
            dualStack: String? = nil,
            fips: String? = nil,
            fipsDualStack: String? = nil,
            region: String
        ) {
            self.host = host
            dualStackHost = dualStack
            fipsHost = fips
            fipsDualStackHost = fipsDualStack
            self.region = region
        }

        /// Nil where the partition has no such host.
        func host(isFIPS: Bool, isDualStack: Bool) -> String? {
            switch (isFIPS, isDualStack) {
            case (false, false): host
            case (true, false): fipsHost
            case (false, true): dualStackHost
            case (true, true): fipsDualStackHost
            }
        }
    }

    /// The first label of dual-stack hosts where it is another, by partition id.
    package let dualStackPrefixes: [String: String]
    /// Plain hosts that are `{region}.{this}`, by partition id.
    package let regionFirstHosts: [String: String]
    /// In GovCloud the plain host is the FIPS host.
    package let isPlainFIPSInGovCloud: Bool
    /// By partition id.
    package let globalHosts: [String: GlobalHost]

    package init(
        dualStackPrefixes: [String: String] = [:],
        regionFirstHosts: [String: String] = [:],
        isPlainFIPSInGovCloud: Bool = false,
        globalHosts: [String: GlobalHost] = [:]
    ) {
        self.dualStackPrefixes = dualStackPrefixes
        self.regionFirstHosts = regionFirstHosts
        self.isPlainFIPSInGovCloud = isPlainFIPSInGovCloud
        self.globalHosts = globalHosts
    }
}
