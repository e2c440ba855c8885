// Regions and addresses.
extension OracleFixture {
    private static let config = """
        [default]
        region = eu-west-1
        [profile fips]
        region = us-east-1
        use_fips_endpoint = true
        [profile dual]
        region = us-east-1
        use_dualstack_endpoint = TRUE
        [profile lab]
        region = eu-west-1
        endpoint_url = http://127.0.0.1:4000
        services = lab
        [profile lab-general]
        region = eu-west-1
        endpoint_url = http://127.0.0.1:4000
        [profile lab-lost]
        region = eu-west-1
        services = nowhere
        [profile lab-ignored]
        region = eu-west-1
        endpoint_url = http://127.0.0.1:4000
        ignore_configured_endpoint_urls = true
        [profile lab-fips]
        region = eu-west-1
        endpoint_url = http://127.0.0.1:4000
        use_fips_endpoint = true
        [services lab]
        sts =
          endpoint_url = http://127.0.0.1:4001
        sso_oidc =
          endpoint_url = http://127.0.0.1:4002/
        """

    private static func address(
        _ name: String,
        _ environment: [String: String] = [:],
        region: String? = nil
    ) -> OracleFixture {
        let plain = [
            "AWS_ENDPOINT_URL_STS": unset, "AWS_ENDPOINT_URL_SSO": unset,
            "AWS_ENDPOINT_URL_SSO_OIDC": unset, "AWS_ENDPOINT_URL_SIGNIN": unset,
        ]
        return OracleFixture(name, config: config, plain.merging(environment) { $1 }).with {
            $0.services = ["sts", "sso", "sso-oidc", "signin"]
            $0.regionFlag = region
        }
    }

    static let regions: [OracleFixture] = [
        OracleFixture("no region", config: "[default]\noutput = json\n").comparing("sts"),
        OracleFixture("a region by its usual variable", ["AWS_REGION": "eu-west-2"])
            .differing(because: "every other SDK knows AWS_REGION"),
        OracleFixture("a region by its older variable", ["AWS_DEFAULT_REGION": "eu-west-2"]),
        OracleFixture(
            "an empty region",
            config: "[default]\nregion = eu-west-2\n",
            ["AWS_DEFAULT_REGION": ""]
        ).differing(because: "an empty variable counts as unset, here as everywhere"),
        OracleFixture("an empty region in the profile", config: "[default]\nregion =\n")
            .differing(because: "a key without a value counts as unset"),
        OracleFixture(
            "a region that is no host name",
            ["AWS_DEFAULT_REGION": "evil.example/"]
        ).comparing("sts"),
        address("a region by the profile"),
        address("a region by flag", region: "ap-southeast-2"),
        address("a region by variable", ["AWS_DEFAULT_REGION": "ca-central-1"]),
        address(
            "STS asked for in its global form",
            ["AWS_STS_REGIONAL_ENDPOINTS": "legacy"],
            region: "us-east-1"
        ).differing(because: "tokens of the global endpoint fail in regions that are opted in"),
        address("a region that is an old name for FIPS", region: "fips-us-east-1")
            .differing(because: "use_fips_endpoint says it; regions are AWS's documented names"),
        address("China", region: "cn-north-1"),
        address("GovCloud", region: "us-gov-west-1"),
        address("the European sovereign cloud", region: "eusc-de-east-1"),
        address("the first isolated partition", region: "us-iso-east-1"),
        address("the second isolated partition", region: "us-isob-east-1"),
        address("the third isolated partition", region: "eu-isoe-west-1"),
        address("the fourth isolated partition", region: "us-isof-south-1"),
        address("a region that nobody knows yet", region: "eu-middle-7"),
        address("FIPS by profile", ["AWS_PROFILE": "fips"]),
        address("FIPS by variable", ["AWS_USE_FIPS_ENDPOINT": "true"]),
        address(
            "FIPS turned off by variable",
            ["AWS_PROFILE": "fips", "AWS_USE_FIPS_ENDPOINT": "false"]
        ),
        address("FIPS in GovCloud", ["AWS_USE_FIPS_ENDPOINT": "true"], region: "us-gov-east-1"),
        address("FIPS in China", ["AWS_USE_FIPS_ENDPOINT": "true"], region: "cn-north-1"),
        address("dual stack by profile", ["AWS_PROFILE": "dual"]),
        address("dual stack by variable", ["AWS_USE_DUALSTACK_ENDPOINT": "true"]),
        address(
            "dual stack in China",
            ["AWS_USE_DUALSTACK_ENDPOINT": "true"],
            region: "cn-north-1"
        ),
        address(
            "dual stack in GovCloud",
            ["AWS_USE_DUALSTACK_ENDPOINT": "true"],
            region: "us-gov-west-1"
        ),
        address("FIPS and dual stack", ["AWS_PROFILE": "dual", "AWS_USE_FIPS_ENDPOINT": "true"]),
        address(
            "FIPS and dual stack in GovCloud",
            ["AWS_USE_DUALSTACK_ENDPOINT": "true", "AWS_USE_FIPS_ENDPOINT": "true"],
            region: "us-gov-west-1"
        ),
        address("one address for all", ["AWS_ENDPOINT_URL": "http://127.0.0.1:5000"]),
        address(
            "an address for one service",
            [
                "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
                "AWS_ENDPOINT_URL_STS": "http://127.0.0.1:5001",
            ]
        ),
        address(
            "an address for one service only",
            ["AWS_ENDPOINT_URL_SSO_OIDC": "http://127.0.0.1:5002"]
        ),
        address("an address by profile", ["AWS_PROFILE": "lab-general"]),
        address("addresses by a services section", ["AWS_PROFILE": "lab"]),
        address(
            "an address by variable beats a services section",
            ["AWS_PROFILE": "lab", "AWS_ENDPOINT_URL": "http://127.0.0.1:5000"]
        ),
        address("a services section that is not there", ["AWS_PROFILE": "lab-lost"])
            .differing(because: "a mistake in the addresses is told before anybody is asked"),
        address(
            "addresses ignored by variable",
            [
                "AWS_PROFILE": "lab", "AWS_ENDPOINT_URL": "http://127.0.0.1:5000",
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
            ]
        ),
        address("addresses ignored by profile", ["AWS_PROFILE": "lab-ignored"]),
        address(
            "addresses ignored by profile but not by variable",
            ["AWS_PROFILE": "lab-ignored", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"]
        ),
        address("an address and FIPS", ["AWS_PROFILE": "lab-fips"]),
        address("an empty address", ["AWS_ENDPOINT_URL": "", "AWS_PROFILE": "lab-general"]),
        address("an address that is none", ["AWS_ENDPOINT_URL": "127.0.0.1:5000"]),
    ]
}
