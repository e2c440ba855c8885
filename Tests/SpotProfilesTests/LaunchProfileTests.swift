import FoundationEssentials
import SpotProfiles
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct LaunchProfileTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func profile(_ text: String) throws -> LaunchProfile {
        try scratch.write(text.utf8, to: "web.yaml")
        return try ProfileCatalog(userDirectory: scratch.path, home: "/home/ann")
            .profile(named: "web")
    }

    private static let everyField = """
        description: all of it
        instance_types: [t3.small, t3a.small]
        image: ubuntu-24.04
        username: ann
        region: eu-west-1
        zones: [eu-west-1a, eu-west-1b]
        max_price: 0.0100
        market: spot-then-on-demand
        disk_gib: 40
        firewall:
          - {protocol: tcp, ports: 8000-8010, source: me}
          - udp:60001:10.0.0.0/8
        subnet: subnet-1
        security_group: sg-1
        key: ann
        instance_profile: web-role
        monitoring: true
        filesystem: data:/mnt/data
        scripts: [setup.sh, ~/bin/more.sh, /opt/last.sh]
        user_data: cloud.yaml
        tags: {team: web, cost: "42"}
        ttl: 8h
        idle: 30m
        ssh_port: 2222
        """

    @Test func `every field is read as what it is`() throws {
        let profile = try profile(Self.everyField)
        #expect(profile.summary.value == "all of it")
        #expect(profile.instanceTypes.value == ["t3.small", "t3a.small"])
        #expect(profile.image.value == .distribution(.ubuntu2404))
        #expect(profile.loginUser == "ann")
        #expect(profile.region.value == "eu-west-1")
        #expect(profile.zones.value == ["eu-west-1a", "eu-west-1b"])
        #expect(profile.maxPrice.value?.text == "0.0100")
        #expect(profile.market.value == .spotThenOnDemand)
        #expect(profile.diskGiB.value == 40)
        #expect(
            profile.firewall.value.map(\.description) == [
                "tcp:8000-8010:me", "udp:60001:10.0.0.0/8",
            ]
        )
        #expect(profile.subnet.value == "subnet-1")
        #expect(profile.securityGroup.value == "sg-1")
        #expect(profile.key.value == "\(scratch.path)/ann")
        #expect(profile.instanceProfile.value == "web-role")
        #expect(profile.monitoring.value)
        #expect(profile.filesystem.value == FileSystemMount("data:/mnt/data"))
        #expect(
            profile.scripts.value == [
                "\(scratch.path)/setup.sh", "/home/ann/bin/more.sh", "/opt/last.sh",
            ]
        )
        #expect(profile.userData.value == .file("\(scratch.path)/cloud.yaml"))
        #expect(profile.tags.value == ["team": "web", "cost": "42"])
        #expect(profile.ttl.value == .seconds(28_800))
        #expect(profile.idle.value == .seconds(1800))
        #expect(profile.sshPort.value == 2222)
        #expect(profile.entries.allSatisfy { $0.origin != .builtIn })
    }

    @Test(arguments: [
        ("|\n  #!/bin/sh\n  echo hi", UserData.text("#!/bin/sh\necho hi")),
        ("\"#cloud-config\"", .text("#cloud-config")),
    ])
    func `user data may be the text itself`(yaml: String, expected: UserData) throws {
        #expect(try profile("user_data: \(yaml)").userData.value == expected)
    }

    @Test func `one value stands for a list of one`() throws {
        #expect(try profile("instance_types: t3.nano").instanceTypes.value == ["t3.nano"])
    }

    // Flags over a profile.

    @Test(arguments: [
        ("instance_types", ["t3.nano", "t3.micro"], "t3.nano, t3.micro"),
        ("image", ["debian-12"], "debian-12"),
        ("max_price", ["0.10"], "0.10"), ("monitoring", ["true"], "true"),
        ("firewall", ["tcp:80:me", "tcp:443:0.0.0.0/0"], "tcp:80:me, tcp:443:0.0.0.0/0"),
        ("tags", ["a=b", "c=d=e"], "a=b, c=d=e"), ("ttl", ["8h"], "8 h"),
        ("scripts", ["setup.sh"], "setup.sh"), ("user_data", ["cloud.yaml"], "cloud.yaml"),
        ("filesystem", ["data:/mnt"], "data:/mnt"), ("zones", [], ""),
    ])
    func `a flag stands over the profile`(field: String, texts: [String], shown: String) throws {
        let profile = try ProfileCatalog().profile(named: "gpu")
            .overriding(field, with: texts, flag: "--x")
        let entry = try #require(profile.entries.first { $0.name == field })
        #expect(entry.text == shown)
        #expect(entry.origin == .flag("--x"))
    }

    @Test(arguments: [
        (
            "disk_gib", ["lots"],
            "cannot use --x: it must be a whole number of GiB from 1 to 65536, not “lots”"
        ),
        (
            "disk_gib", ["1", "2"],
            "cannot use --x: it must be a whole number of GiB from 1 to 65536, not a list"
        ),
        (
            "market", [""],
            "cannot use --x: it must be spot, on-demand or spot-then-on-demand, not “”"
        ),
        ("nonsense", ["1"], "cannot use --x: it is no field of a profile"),
    ])
    func `a flag of the wrong form is a usage failure that names it`(
        field: String,
        texts: [String],
        message: String
    ) throws {
        let profile = try ProfileCatalog().profile(named: "gpu")
        let error = #expect(throws: ConfigurationError.self) {
            try profile.overriding(field, with: texts, flag: "--x")
        }
        #expect(error?.message == message)
        #expect(error?.kind == .usage)
    }

    @Test func `as JSON a list is a list and nothing is null`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let entries = try ProfileCatalog().profile(named: "gpu").entries
        let wanted = entries.filter { ["disk_gib", "zones", "subnet"].contains($0.name) }
        let json = String(decoding: try encoder.encode(wanted), as: UTF8.self)
        #expect(
            json == """
                [{"name":"disk_gib","origin":"profiles/gpu.yaml:6","value":"100"},\
                {"name":"zones","origin":"built-in","value":[]},\
                {"name":"subnet","origin":"built-in","value":null}]
                """
        )
    }
}
