import SpotProfiles
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct SettingsResolverTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    /// The sources of the region, the strongest first; each gives another value.
    private enum Source: String, CaseIterable {
        case flag = "us-flag-1"
        case spotVariable = "us-spot-1"
        case awsVariable = "us-aws-1"
        case awsDefaultVariable = "us-default-1"
        case file = "us-file-1"
        case profile = "us-profile-1"
    }

    private func region(from sources: Set<Source>) throws -> Sourced<String?> {
        let variables: [(Source, String)] = [
            (.spotVariable, "SPOT_REGION"), (.awsVariable, "AWS_REGION"),
            (.awsDefaultVariable, "AWS_DEFAULT_REGION"),
        ]
        let environment = Dictionary(
            uniqueKeysWithValues: variables.filter { sources.contains($0.0) }
                .map { ($0.1, $0.0.rawValue) }
        )
        if sources.contains(.file) {
            try scratch.write("\nregion: \(Source.file.rawValue)\n".utf8, to: "config.yaml")
        }
        let resolver = try SettingsResolver(
            flags: sources.contains(.flag) ? ["region": Source.flag.rawValue] : [:],
            environment: environment,
            settingsFile: scratch("config.yaml")
        )
        var profile = try ProfileCatalog().profile(named: "gpu")
        if sources.contains(.profile) {
            let text = Source.profile.rawValue
            profile.region = Sourced(text, .file("profiles/gpu.yaml", line: 3))
        }
        return try resolver.resolve(profile: profile).region
    }

    @Test func `of any two sources the stronger one wins`() throws {
        let order = Source.allCases
        for (strength, strong) in order.enumerated() {
            for weak in order.dropFirst(strength + 1) {
                let scratchless = try SettingsResolverTests()
                let region = try scratchless.region(from: [strong, weak])
                #expect(region.value == strong.rawValue, "\(strong) over \(weak)")
            }
        }
    }

    @Test(arguments: [
        (Source.flag, Origin.flag("--region")), (.spotVariable, .environment("SPOT_REGION")),
        (.awsVariable, .environment("AWS_REGION")),
        (.awsDefaultVariable, .environment("AWS_DEFAULT_REGION")),
        (.profile, .file("profiles/gpu.yaml", line: 3)),
    ])
    private func `a value knows where it comes from`(source: Source, origin: Origin) throws {
        #expect(try region(from: [source]) == Sourced(source.rawValue, origin))
    }

    @Test func `a value from the file knows its line`() throws {
        let origin = Origin.file(scratch("config.yaml").string, line: 2)
        #expect(try region(from: [.file]) == Sourced("us-file-1", origin))
    }

    @Test func `nobody says anything: spot's own choice`() throws {
        let settings = try SettingsResolver(environment: [:]).resolve()
        #expect(settings.region == Sourced(nil))
        #expect(settings.profile == Sourced("_default"))
        #expect(settings.sshPort == Sourced(22))
        #expect(settings.colour == Sourced(.auto))
        #expect(settings.checkipURL == Sourced("https://checkip.amazonaws.com"))
        #expect(settings.entries.allSatisfy { $0.origin == .builtIn })
    }

    @Test func `an empty variable counts as unset`() throws {
        let environment = ["SPOT_REGION": "", "AWS_REGION": "eu-west-1"]
        let settings = try SettingsResolver(environment: environment).resolve()
        #expect(settings.region == Sourced("eu-west-1", .environment("AWS_REGION")))
    }

    @Test func `the SSH port of a profile gives way to the user's file`() throws {
        try scratch.write("ssh_port: 2222".utf8, to: "config.yaml")
        var profile = try ProfileCatalog().profile(named: "_default")
        profile.sshPort = Sourced(99, .flag("--x"))
        let bare = try SettingsResolver(environment: [:]).resolve(profile: profile)
        #expect(bare.sshPort.value == 99)
        let file = scratch("config.yaml")
        let resolver = try SettingsResolver(environment: [:], settingsFile: file)
        #expect(try resolver.resolve(profile: profile).sshPort.value == 2222)
    }

    @Test(arguments: [
        ("ssh_port", "0", "a port from 1 to 65535"), ("ssh_port", "ssh", "a port from 1 to 65535"),
        ("color", "yes", "auto, always or never"),
        ("connect_timeout", "10", "a duration such as 90s, 10m, 8h or 2d"),
        ("checkip_url", "ftp://x", "an http or https URL"),
        ("checkip_url", "http:///x", "an http or https URL"),
        ("region", "us east 1", "a region such as us-east-1"),
    ])
    func `a variable of the wrong form is named with what it must be`(
        setting: String,
        value: String,
        form: String
    ) throws {
        let variable = "SPOT_\(setting.uppercased())"
        let resolver = try SettingsResolver(environment: [variable: value])
        let error = #expect(throws: ConfigurationError.self) { try resolver.resolve() }
        #expect(error?.message == "cannot use \(variable): it must be \(form), not “\(value)”")
        #expect(error?.kind == .usage)
    }

    @Test func `a wrong value that a stronger one hides is not looked at`() throws {
        let resolver = try SettingsResolver(
            flags: ["region": "eu-west-1"],
            environment: ["SPOT_REGION": "???"]
        )
        #expect(try resolver.resolve().region.value == "eu-west-1")
    }

    @Test func `an unknown setting in the file is named with its line and the nearest one`() throws
    {
        try scratch.write("region: eu-west-1\nssh_prot: 22\n".utf8, to: "config.yaml")
        let file = scratch("config.yaml")
        let error = #expect(throws: ConfigurationError.self) {
            try SettingsResolver(environment: [:], settingsFile: file)
        }
        #expect(error?.message == "cannot read \(file):2: ssh_prot is no field that spot knows")
        #expect(error?.hint == "did you mean ssh_port?")
    }

    @Test(arguments: ["aws_secret_access_key", "password", "token"])
    func `a secret is no setting`(name: String) throws {
        try scratch.write("\(name): x".utf8, to: "config.yaml")
        #expect(throws: ConfigurationError.self) {
            try SettingsResolver(environment: [:], settingsFile: scratch("config.yaml"))
        }
    }

    @Test func `the reference describes every setting that is shown`() throws {
        let shown = try SettingsResolver(environment: [:]).resolve().entries.map(\.name)
        #expect(Settings.reference.map(\.name) == shown)
        let region = try #require(Settings.reference.first { $0.name == "region" })
        #expect(region.variables == ["SPOT_REGION", "AWS_REGION", "AWS_DEFAULT_REGION"])
        #expect(region.flag == "--region" && region.profileField == "region")
    }
}
