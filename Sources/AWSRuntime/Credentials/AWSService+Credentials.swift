// The services that hand out credentials; everything else is in AWSServices.
extension AWSService {
    /// Security Token Service, regional.
    package static let sts = AWSService(
        name: "STS",
        configurationKey: "sts",
        endpointPrefix: "sts",
        apiVersion: "2011-06-15",
        wireProtocol: .query,
        hosts: HostRule(isPlainFIPSInGovCloud: true)
    )
}
