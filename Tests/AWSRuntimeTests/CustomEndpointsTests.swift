import AWSRuntime
import HTTPTransport
import Testing

struct CustomEndpointsTests {
    private static let config = """
        [default]
        services = lab
        endpoint_url = http://profile:1
        [services lab]
        ec2 =
          endpoint_url = http://services:2
        [profile broken]
        services = none
        [profile ignoring]
        endpoint_url = http://profile:1
        ignore_configured_endpoint_urls = true
        """

    @Test(
        arguments: [
            ([:], nil, "http://services:2/", "http://profile:1/"),
            (["AWS_ENDPOINT_URL": "http://env:3"], nil, "http://env:3/", "http://env:3/"),
            (
                ["AWS_ENDPOINT_URL": "http://env:3", "AWS_ENDPOINT_URL_EC2": "http://env-ec2:4"],
                nil, "http://env-ec2:4/", "http://env:3/"
            ),
            (
                ["AWS_ENDPOINT_URL_EC2": "http://env-ec2:4"], nil, "http://env-ec2:4/",
                "http://profile:1/"
            ),
            (
                ["AWS_ENDPOINT_URL": "http://env:3"], "http://flag:5", "http://flag:5/",
                "http://flag:5/"
            ),
            (["AWS_ENDPOINT_URL": ""], nil, "http://services:2/", "http://profile:1/"),
        ] as [([String: String], String?, String, String)]
    )
    func `the nearest place that names an address wins`(
        _ environment: [String: String],
        _ flag: String?,
        _ ec2: String,
        _ sts: String
    ) throws {
        let home = try TemporaryHome(config: Self.config)
        let resolver = try home.settings(environment).endpoints(flag: flag)
        let region = try #require(Region("eu-central-1"))
        #expect(try resolver.endpoint(of: .test("ec2"), in: region).url.description == ec2)
        #expect(try resolver.endpoint(of: .test("sts"), in: region).url.description == sts)
        #expect(
            try resolver.endpoint(of: .test("ec2"), in: region).signingRegion == "eu-central-1"
        )
    }

    @Test func `all but the flag can be ignored`() throws {
        let home = try TemporaryHome(config: Self.config)
        let region = try #require(Region("eu-central-1"))
        let ignored = [
            try home.settings([
                "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL": "http://env:3",
            ]),
            try home.settings(["AWS_PROFILE": "ignoring"]),
        ]
        for settings in ignored {
            let usual = try settings.endpoints().endpoint(of: .test("ec2"), in: region)
            #expect(usual.url.description == "https://ec2.eu-central-1.amazonaws.com/")
            let flagged = try settings.endpoints(flag: "http://flag:5")
                .endpoint(of: .test("ec2"), in: region)
            #expect(flagged.url.description == "http://flag:5/")
        }
    }

    @Test func `a services section that is not there is an error`() throws {
        let home = try TemporaryHome(config: Self.config)
        #expect(throws: AWSConfigurationError.self) {
            try home.settings(["AWS_PROFILE": "broken"]).endpoints()
        }
    }

    @Test func `an address that is none is refused with its origin`() throws {
        let home = try TemporaryHome()
        let resolver = try home.settings(["AWS_ENDPOINT_URL": "localhost:80"]).endpoints()
        let region = try #require(Region("eu-central-1"))
        #expect {
            try resolver.endpoint(of: .test("ec2"), in: region)
        } throws: { error in
            (error as? AWSConfigurationError)?.hint == "it comes from AWS_ENDPOINT_URL"
        }
    }

    @Test func `a custom endpoint is taken as it is, FIPS or not`() throws {
        let home = try TemporaryHome()
        let settings = try home.settings([
            "AWS_ENDPOINT_URL": "http://env:3", "AWS_USE_FIPS_ENDPOINT": "true",
        ])
        let region = try #require(Region("eu-west-1"))
        let endpoint = try settings.endpoints().endpoint(of: .sts, in: region)
        #expect(endpoint.url.description == "http://env:3/")
    }
}

extension AWSService {
    /// A service that is like most.
    static func test(
        _ key: String,
        version: String = "2020-01-01",
        _ form: WireProtocol = .ec2
    ) -> AWSService {
        AWSService(
            name: key.uppercased(),
            configurationKey: key,
            endpointPrefix: key,
            apiVersion: version,
            wireProtocol: form
        )
    }
}
