import AWSRuntime
import AWSServices
import HTTPTransport
import SpotTestSupport
import Testing

/// Every service in every partition, in all four variants of its host, as botocore resolves it today.
@Suite(
    .enabled("botocore is not installed: run scripts/bootstrap") { BotocoreOracle.isInstalled }
)
struct EndpointOracleTests {
    private static let services: [String: AWSService] = [
        "ec2": .ec2, "efs": .efs, "iam": .iam, "signin": .signIn, "ssm": .ssm, "sso": .sso,
        "sso-oidc": .ssoOIDC, "sts": .sts,
    ]

    @Test(
        arguments: [
            "us-east-1", "us-west-2", "eu-central-1", "ap-southeast-5", "mx-central-1",
            "cn-north-1",
            "cn-northwest-1", "us-gov-west-1", "us-gov-east-1", "eusc-de-east-1", "us-iso-east-1",
            "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eu-new-9",
        ],
        [(false, false), (true, false), (false, true), (true, true)]
    )
    func `a host is the one that botocore asks`(
        _ regionName: String,
        _ variant: (usesFIPS: Bool, usesDualStack: Bool)
    ) async throws {
        let oracle = try await BotocoreOracle.shared()
        let answer = try await oracle.ask([
            "environment": [
                "HOME": "/nowhere", "AWS_DEFAULT_REGION": .text(regionName),
                "AWS_USE_FIPS_ENDPOINT": .text("\(variant.usesFIPS)"),
                "AWS_USE_DUALSTACK_ENDPOINT": .text("\(variant.usesDualStack)"),
                "AWS_EC2_METADATA_DISABLED": "true",
            ],
            "services": .list(Self.services.keys.map { .text($0) }),
        ])["endpoints"]
        let region = try #require(Region(regionName))
        let resolver = EndpointResolver(
            usesFIPS: variant.usesFIPS,
            usesDualStack: variant.usesDualStack
        )
        for (name, service) in Self.services where !Self.differs(name, regionName, variant) {
            let ours = try? resolver.endpoint(of: service, in: region).url
            #expect(
                ours.map { "\($0.scheme)://\($0.authority)" } == answer[name]["value"].text,
                "\(name)"
            )
        }
    }

    /// Where we differ on purpose.
    private static func differs(
        _ service: String,
        _ region: String,
        _ variant: (usesFIPS: Bool, usesDualStack: Bool)
    ) -> Bool {
        // botocore's client refuses what its own rules resolve: an older table has no such variant.
        if variant.usesDualStack, region.hasPrefix("eu-isoe") || region.hasPrefix("us-isof") {
            return true
        }
        // botocore makes up hosts of IAM that nobody has documented; we say that there is none.
        let isUndocumented = /(cn|eusc|us-iso|us-isob|us-isof|eu-isoe)-.*/
        return service == "iam" && (variant.usesFIPS || variant.usesDualStack)
            && region.wholeMatch(of: isUndocumented) != nil
    }
}
