import AWSRuntime
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// The configuration files that botocore's own tests read.
@Suite(
    .enabled(
        if: PeerSuites.folder("aws-config") != nil,
        "the published files are not here; SPOT_PEER_SUITES names their folder"
    )
)
struct PublishedConfigTests {
    @Test(arguments: [
        "aws_config", "aws_config_nested", "aws_config_nocreds", "aws_config_other",
        "aws_services_config", "aws_sso_session_config", "aws_third_config",
    ])
    func `what botocore reads is read`(_ name: String) throws {
        #expect(try parse(name).sections["default"] != nil)
    }

    @Test(arguments: [
        "aws_config_bad", "aws_config_badbytes", "aws_config_nested_bad", "aws_credentials",
    ])
    func `what botocore refuses is refused with its name`(_ name: String) {
        #expect {
            try parse(name)
        } throws: { error in
            "\(error)".contains(" of \(name): ")
        }
    }

    @Test func `profiles and nested settings are where botocore finds them`() throws {
        let personal = try parse("aws_config").sections["profile personal"]
        #expect(personal?.values["aws_security_token"] == "fiebaz")
        let nested = try parse("aws_config_nested").sections["default"]
        #expect(nested?.nested["s3"]?["addressing_style"] == "path")
        #expect(nested?.values["region"] == "us-west-2")
        let services = try parse("aws_services_config").sections["services my-services"]
        #expect(services?.nested["s3"]?["endpoint_url"] == "https://localhost:5678/")
    }

    private func parse(_ name: String) throws -> SharedConfigFile {
        let path = try #require(PeerSuites.folder("aws-config")).appending(name)
        return try SharedConfigFile(
            parsing: try #require(try PrivateFile.read(path)),
            name: name
        )
    }
}
