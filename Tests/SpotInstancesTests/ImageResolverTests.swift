import AWSRuntime
import AWSServices
import SpotInstances
import SpotProfiles
import SpotSupport
import SpotTestSupport
import Testing

struct ImageResolverTests {
    private let ec2 = FakeEC2(time: ManualTime())
    private let ssm = FakeSSM()

    private func resolve(_ text: String, _ architecture: Architecture = .x86) async throws
        -> ResolvedImage
    {
        try await ImageResolver(ec2: ec2, ssm: ssm, region: .usEast1)
            .resolve(try #require(ImageReference(text)), architecture: architecture)
    }

    @Test func `a distribution is found by its public parameter of the architecture`() async throws
    {
        let image = try await resolve("al2023", .arm)
        #expect(image.id == FakeCatalogue.armImage)
        #expect(image.architecture == "arm64")
        #expect(image.user == "ec2-user")
        #expect(image.devices.map { "\($0.name) \($0.sizeGiB)" } == ["/dev/xvda 8"])
        #expect(
            ssm.calls == ["/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-arm64"]
        )
    }

    @Test func `an id asks no parameter, and its name tells who logs in`() async throws {
        let ubuntu = ImageID("ami-0c")
        ec2.change { account in
            account.images.append(
                FakeCatalogue.image(ubuntu, "ubuntu/images/noble-24.04", "x86_64")
            )
        }
        let image = try await resolve("ami-0c")
        #expect(image.user == "ubuntu")
        #expect(ssm.calls.isEmpty)
    }

    @Test(arguments: [
        ("ubuntu-24.04", Architecture.x86, "there is no public parameter"),
        ("ami-0123456789abcdef0", .x86, "cannot find image ami-0123456789abcdef0 in us-east-1"),
        ("ami-0a", .arm, "it is made for x86_64, they run arm64"),
    ])
    func `an image that will not do is a usage failure that says why`(
        text: String,
        architecture: Architecture,
        reason: String
    ) async {
        await #expect {
            try await resolve(text, architecture)
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage && failure?.message.contains(reason) == true
                && failure?.hint != nil
        }
    }

    @Test(arguments: [
        AWSError.Code("InvalidAMIID.Malformed"), "InvalidAMIID.Unavailable",
    ])
    func `an id that AWS does not take is a usage failure`(code: AWSError.Code) async {
        ec2.refuse(.describeImages, with: code)
        await #expect {
            try await resolve("ami-0a")
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == .usage
                && failure?.message.contains("ami-0a in us-east-1") == true
        }
    }

    @Test(arguments: [
        ("ubuntu/images/hvm-ssd/ubuntu-noble-24.04", "ubuntu"), ("debian-12-amd64-2026", "admin"),
        ("al2023-ami-2023", "ec2-user"), ("Rocky-9-EC2", "rocky"), ("CentOS 7", "centos"),
        ("my own", "ec2-user"), ("", "ec2-user"),
    ])
    func `the login user is guessed from an image's name`(name: String, user: String) {
        #expect(LoginUser.guess(imageName: name) == user)
    }
}
