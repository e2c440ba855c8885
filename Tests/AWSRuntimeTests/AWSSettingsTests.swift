import AWSRuntime
import SpotSupport
import SystemPackage
import Testing

struct AWSSettingsTests {
    private static let config = """
        [default]
        region = eu-west-1
        [profile web]
        region = eu-west-2
        ca_bundle = /etc/ca.pem
        [profile bare]
        """

    @Test func `the region comes from flag, AWS_REGION, AWS_DEFAULT_REGION, profile in this order`()
        throws
    {
        let home = try TemporaryHome(config: Self.config)
        let both = ["AWS_REGION": "us-east-1", "AWS_DEFAULT_REGION": "us-east-2"]
        func region(_ environment: [String: String], flag: String? = nil) throws -> [String] {
            let found = try #require(
                try home.settings(environment).region(
                    told: flag.map { Sourced($0, from: "--region") }
                )
            )
            return [found.value.name, found.origin]
        }
        let file = home.path.appending(".aws/config")
        #expect(try region(both, flag: "ap-east-1") == ["ap-east-1", "--region"])
        #expect(try region(both) == ["us-east-1", "AWS_REGION"])
        #expect(
            try region(["AWS_REGION": "", "AWS_DEFAULT_REGION": "us-east-2"])
                == ["us-east-2", "AWS_DEFAULT_REGION"]
        )
        #expect(try region([:]) == ["eu-west-1", "profile default in \(file)"])
        #expect(
            try region(["AWS_PROFILE": "web"]) == ["eu-west-2", "profile web in \(file)"]
        )
    }

    @Test func `without a region there is none, and no default`() throws {
        let settings = try TemporaryHome().settings()
        #expect(try settings.region() == nil)
        #expect(settings.noRegion.kind == .usage)
        #expect(settings.noRegion.hint?.contains("--region") == true)
    }

    @Test func `a region that cannot stand in a host name is refused with its origin`() throws {
        let home = try TemporaryHome()
        #expect {
            try home.settings(["AWS_REGION": "evil.com/"]).region()
        } throws: { error in
            (error as? AWSConfigurationError)?.hint == "it comes from AWS_REGION"
        }
    }

    @Test func `AWS_PROFILE beats AWS_DEFAULT_PROFILE and the flag beats both`() throws {
        let home = try TemporaryHome(config: Self.config)
        let both = ["AWS_PROFILE": "web", "AWS_DEFAULT_PROFILE": "bare"]
        #expect(try home.settings(both).profileName == Sourced("web", from: "AWS_PROFILE"))
        #expect(
            try home.settings(["AWS_DEFAULT_PROFILE": "bare"]).profileName.value == "bare"
        )
        let flagged = try home.settings(both, profileFlag: "default")
        #expect(flagged.profileName == Sourced("default", from: "--aws-profile"))
        #expect(flagged.isProfileExplicit)
    }

    @Test func `a profile that was asked for has to exist`() throws {
        let home = try TemporaryHome(config: Self.config)
        #expect {
            try home.settings(["AWS_PROFILE": "none"])
        } throws: { error in
            (error as? AWSConfigurationError)?.hint
                == "AWS_PROFILE names it; known are: bare, default, web"
        }
    }

    @Test func `no files at all are no error`() throws {
        let home = try TemporaryHome()
        let settings = try home.settings(["AWS_REGION": "eu-central-1"])
        #expect(settings.profile == nil)
        #expect(settings.profileName.value == "default")
    }

    @Test func `other files are named by variables, with home and variables resolved`() throws {
        let home = try TemporaryHome()
        try PrivateFile.write(
            "[default]\nregion = eu-north-1".utf8,
            to: home.path.appending(".aws/other")
        )
        for name in ["~/.aws/other", "$PLACE/other", "${PLACE}/other"] {
            let settings = try home.settings([
                "AWS_CONFIG_FILE": name, "PLACE": home.path.appending(".aws").string,
            ])
            #expect(try settings.region()?.value.name == "eu-north-1")
        }
    }

    @Test func `certificates come from the environment before the profile`() throws {
        let home = try TemporaryHome(config: Self.config)
        #expect(
            try home.settings(["AWS_PROFILE": "web"]).caBundle?.value == "/etc/ca.pem"
        )
        #expect(
            try home.settings(["AWS_PROFILE": "web", "AWS_CA_BUNDLE": "/x"]).caBundle
                == Sourced("/x", from: "AWS_CA_BUNDLE")
        )
        #expect(try home.settings().caBundle == nil)
    }
}
