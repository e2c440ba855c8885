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

    /// Where a token of IAM Identity Center becomes credentials of a role.
    package static let sso = AWSService(
        name: "SSO",
        configurationKey: "sso",
        endpointPrefix: "portal.sso",
        apiVersion: "2019-06-10",
        wireProtocol: .restJSON,
        hosts: HostRule(isPlainFIPSInGovCloud: true)
    )

    /// Where a token of IAM Identity Center is renewed.
    package static let ssoOIDC = AWSService(
        name: "SSO OIDC",
        configurationKey: "sso_oidc",
        endpointPrefix: "oidc",
        apiVersion: "2019-06-10",
        wireProtocol: .restJSON,
        hosts: HostRule(isPlainFIPSInGovCloud: true)
    )

    /// Where a session of `aws login` is renewed.
    package static let signIn = AWSService(
        name: "Sign-In",
        configurationKey: "signin",
        endpointPrefix: "signin",
        apiVersion: "2023-01-01",
        wireProtocol: .restJSON,
        hosts: HostRule(
            regionFirstHosts: [
                "aws": "signin.aws.amazon.com", "aws-cn": "signin.amazonaws.cn",
                "aws-us-gov": "signin.amazonaws-us-gov.com",
            ]
        )
    )
}
