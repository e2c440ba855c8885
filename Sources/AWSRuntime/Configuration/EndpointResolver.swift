package import HTTPTransport

/// Where the requests of one service in one region go.
package struct Endpoint: Sendable, Hashable {
    package let url: HTTPURL
    /// The region of the signature's scope, which for global services is not the user's.
    package let signingRegion: String

    package init(url: HTTPURL, signingRegion: String) {
        self.url = url
        self.signingRegion = signingRegion
    }
}

/// Finds the address of a service: one that the user gave, or AWS's own.
package struct EndpointResolver: Sendable {
    /// Addresses that the user gave, and where they stand.
    package let custom: CustomEndpoints
    package let usesFIPS: Bool
    package let usesDualStack: Bool

    package init(
        custom: CustomEndpoints = CustomEndpoints(),
        usesFIPS: Bool = false,
        usesDualStack: Bool = false
    ) {
        self.custom = custom
        self.usesFIPS = usesFIPS
        self.usesDualStack = usesDualStack
    }

    /// An address that the user gave is taken as it is, whatever is said about FIPS and dual stack.
    package func endpoint(
        of service: AWSService,
        in region: Region
    ) throws(AWSConfigurationError) -> Endpoint {
        let partition = Partition(of: region)
        let global = service.hosts.globalHosts[partition.id]
        let signingRegion = global?.region ?? region.name
        if let url = try custom.url(of: service) {
            return Endpoint(url: url, signingRegion: signingRegion)
        }
        guard let global else {
            let name = host(of: service, in: region, partition: partition)
            return Endpoint(url: HTTPURL(.https, host: name), signingRegion: signingRegion)
        }
        guard let name = global.host(isFIPS: usesFIPS, isDualStack: usesDualStack) else {
            throw AWSConfigurationError(
                "\(service.name) has no such FIPS or dual-stack endpoint in \(partition.id)"
            )
        }
        return Endpoint(url: HTTPURL(.https, host: name), signingRegion: signingRegion)
    }

    private func host(of service: AWSService, in region: Region, partition: Partition) -> String {
        if !usesFIPS, !usesDualStack, let rest = service.hosts.regionFirstHosts[partition.id] {
            return "\(region.name).\(rest)"
        }
        let isPlainFIPS = service.hosts.isPlainFIPSInGovCloud && partition.id == "aws-us-gov"
        let prefix =
            (usesDualStack ? service.hosts.dualStackPrefixes[partition.id] : nil)
            ?? service.endpointPrefix
        let fips = usesFIPS && !(isPlainFIPS && !usesDualStack) ? "-fips" : ""
        let suffix = usesDualStack ? partition.dualStackSuffix : partition.suffix
        return "\(prefix)\(fips).\(region.name).\(suffix)"
    }
}
