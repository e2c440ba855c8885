import SpotProfiles
import Testing

struct ImageReferenceTests {
    @Test(arguments: [
        (
            "al2023", Architecture.x86, "ec2-user",
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64"
        ),
        (
            "al2023", .arm, "ec2-user",
            "/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"
        ),
        (
            "ubuntu-22.04", .x86, "ubuntu",
            "/aws/service/canonical/ubuntu/server/22.04/stable/current/amd64/hvm/ebs-gp2/ami-id"
        ),
        (
            "ubuntu-24.04", .arm, "ubuntu",
            "/aws/service/canonical/ubuntu/server/24.04/stable/current/arm64/hvm/ebs-gp3/ami-id"
        ),
        ("debian-12", .x86, "admin", "/aws/service/debian/release/12/latest/amd64"),
        ("debian-12", .arm, "admin", "/aws/service/debian/release/12/latest/arm64"),
    ])
    func `a distribution has a public parameter for each architecture, and a user`(
        name: String,
        architecture: Architecture,
        user: String,
        path: String
    ) throws {
        let image = try #require(ImageReference(name))
        #expect(image.parameterPath(for: architecture) == path)
        #expect(image.loginUser == user)
        #expect(image.description == name)
    }

    @Test func `an image's id needs no parameter and tells no user`() throws {
        let image = try #require(ImageReference("ami-0123456789abcdef0"))
        #expect(image == .id("ami-0123456789abcdef0"))
        #expect(image.parameterPath(for: .x86) == nil && image.loginUser == nil)
    }

    @Test func `a parameter is asked as it is`() throws {
        let image = try #require(ImageReference("ssm:/my/images/web_1.0"))
        #expect(image.parameterPath(for: .arm) == "/my/images/web_1.0")
        #expect(image.description == "ssm:/my/images/web_1.0")
    }

    @Test(arguments: [
        "", "al2022", "ubuntu", "AMI-0123", "ami-", "ami-XYZ", "ami-01 ", "ssm:", "ssm:path",
        "ssm:/a b", "ssm:/a;b", "ubuntu-24.04\n",
    ])
    func `anything else is no image`(text: String) {
        #expect(ImageReference(text) == nil)
    }
}
