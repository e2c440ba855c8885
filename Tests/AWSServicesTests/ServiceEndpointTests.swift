import AWSRuntime
import AWSServices
import HTTPTransport
import Testing

/// The expected hosts were resolved by botocore.
struct ServiceEndpointTests {
    /// A service, a region and its hosts: plain, FIPS, dual-stack, both.
    private static let hosts: [(AWSService, String, [String])] = [
        (
            .ec2, "eu-central-1",
            [
                "ec2.eu-central-1.amazonaws.com", "ec2-fips.eu-central-1.amazonaws.com",
                "ec2.eu-central-1.api.aws", "ec2-fips.eu-central-1.api.aws",
            ]
        ),
        (
            .sts, "cn-north-1",
            [
                "sts.cn-north-1.amazonaws.com.cn", "sts-fips.cn-north-1.amazonaws.com.cn",
                "sts.cn-north-1.api.amazonwebservices.com.cn",
                "sts-fips.cn-north-1.api.amazonwebservices.com.cn",
            ]
        ),
        (
            .ec2, "us-gov-west-1",
            [
                "ec2.us-gov-west-1.amazonaws.com", "ec2.us-gov-west-1.amazonaws.com",
                "ec2.us-gov-west-1.api.aws", "ec2-fips.us-gov-west-1.api.aws",
            ]
        ),
        (
            .efs, "us-gov-west-1",
            [
                "elasticfilesystem.us-gov-west-1.amazonaws.com",
                "elasticfilesystem-fips.us-gov-west-1.amazonaws.com",
                "efs.us-gov-west-1.api.aws", "efs-fips.us-gov-west-1.api.aws",
            ]
        ),
        (
            .efs, "eusc-de-east-1",
            [
                "elasticfilesystem.eusc-de-east-1.amazonaws.eu",
                "elasticfilesystem-fips.eusc-de-east-1.amazonaws.eu",
                "elasticfilesystem.eusc-de-east-1.api.amazonwebservices.eu",
                "elasticfilesystem-fips.eusc-de-east-1.api.amazonwebservices.eu",
            ]
        ),
        (
            .ssm, "us-iso-east-1",
            [
                "ssm.us-iso-east-1.c2s.ic.gov", "ssm-fips.us-iso-east-1.c2s.ic.gov",
                "ssm.us-iso-east-1.api.aws.ic.gov", "ssm-fips.us-iso-east-1.api.aws.ic.gov",
            ]
        ),
        (
            .ssm, "us-isob-east-1",
            [
                "ssm.us-isob-east-1.sc2s.sgov.gov", "ssm-fips.us-isob-east-1.sc2s.sgov.gov",
                "ssm.us-isob-east-1.api.aws.scloud", "ssm-fips.us-isob-east-1.api.aws.scloud",
            ]
        ),
        (
            .ec2, "eu-isoe-west-1",
            ["ec2.eu-isoe-west-1.cloud.adc-e.uk", "ec2-fips.eu-isoe-west-1.cloud.adc-e.uk"]
        ),
        (
            .ec2, "us-isof-south-1",
            ["ec2.us-isof-south-1.csp.hci.ic.gov", "ec2-fips.us-isof-south-1.csp.hci.ic.gov"]
        ),
        (
            .ec2, "xx-new-9",
            [
                "ec2.xx-new-9.amazonaws.com", "ec2-fips.xx-new-9.amazonaws.com",
                "ec2.xx-new-9.api.aws", "ec2-fips.xx-new-9.api.aws",
            ]
        ),
        (
            .iam, "eu-central-1",
            [
                "iam.amazonaws.com", "iam-fips.amazonaws.com", "iam.global.api.aws",
                "iam-fips.global.api.aws",
            ]
        ),
        (
            .iam, "us-gov-west-1",
            [
                "iam.us-gov.amazonaws.com", "iam.us-gov.amazonaws.com", "iam.us-gov.api.aws",
                "iam.us-gov.api.aws",
            ]
        ),
        (
            .pricing, "eu-central-1",
            [
                "api.pricing.eu-central-1.amazonaws.com",
                "api.pricing-fips.eu-central-1.amazonaws.com",
                "api.pricing.eu-central-1.api.aws", "api.pricing-fips.eu-central-1.api.aws",
            ]
        ),
        (
            .serviceQuotas, "us-gov-west-1",
            [
                "servicequotas.us-gov-west-1.amazonaws.com",
                "servicequotas.us-gov-west-1.amazonaws.com",
                "servicequotas.us-gov-west-1.api.aws",
                "servicequotas-fips.us-gov-west-1.api.aws",
            ]
        ),
        (.iam, "cn-north-1", ["iam.cn-north-1.amazonaws.com.cn"]),
        (.iam, "eusc-de-east-1", ["iam.eusc-de-east-1.amazonaws.eu"]),
    ]

    @Test(arguments: hosts)
    func `hosts are those that botocore resolves`(
        _ service: AWSService,
        _ region: String,
        _ hosts: [String]
    ) throws {
        let region = try #require(Region(region))
        let variants = [(false, false), (true, false), (false, true), (true, true)]
        for (host, (usesFIPS, usesDualStack)) in zip(hosts, variants) {
            let resolver = EndpointResolver(usesFIPS: usesFIPS, usesDualStack: usesDualStack)
            let endpoint = try resolver.endpoint(of: service, in: region)
            #expect(endpoint.url.description == "https://\(host)/")
        }
    }

    @Test func `a global service is signed for the region of its host`() throws {
        let region = try #require(Region("eu-central-1"))
        let resolver = EndpointResolver()
        #expect(try resolver.endpoint(of: .iam, in: region).signingRegion == "us-east-1")
        #expect(try resolver.endpoint(of: .sts, in: region).signingRegion == "eu-central-1")
    }

    @Test func `a variant that a partition does not have is an error and not another host`()
        throws
    {
        let region = try #require(Region("cn-north-1"))
        #expect(throws: AWSConfigurationError.self) {
            try EndpointResolver(usesFIPS: true).endpoint(of: .iam, in: region)
        }
    }
}
