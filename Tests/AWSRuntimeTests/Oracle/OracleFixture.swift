import FoundationEssentials
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// A home directory, an environment and the flags of a command, given to botocore and to us.
///
/// In every text `@HOME@` stands for the home directory, `@SERVICES@` for the address of the fakes, and
/// `@+3600@` for the moment an hour from now.
struct OracleFixture: Sendable, CustomTestStringConvertible {
    let name: String
    /// By path below the home.
    var files: [String: String] = [:]
    var environment: [String: String] = [:]
    var profileFlag: String?
    var regionFlag: String?
    /// What the person at the terminal types; nil where there is none.
    var code: String?
    /// Services, by botocore's name, whose address is compared too.
    var services: [String] = []
    /// A file that both are to leave alike but for moments and made-up names.
    var leaves: String?
    /// Why we differ from botocore here; then the answers have to differ.
    var difference: String?

    init(
        _ name: String,
        config: String? = nil,
        credentials: String? = nil,
        files: [String: String] = [:],
        _ environment: [String: String] = [:]
    ) {
        self.name = name
        self.files = files
        self.environment = environment
        if let config { self.files[".aws/config"] = config }
        if let credentials { self.files[".aws/credentials"] = credentials }
    }

    var testDescription: String { name }

    func with(_ change: (inout OracleFixture) -> Void) -> OracleFixture {
        var copy = self
        change(&copy)
        return copy
    }

    /// On purpose not as botocore.
    func differing(because reason: String) -> OracleFixture {
        with { $0.difference = reason }
    }

    func asking(profile: String) -> OracleFixture { with { $0.profileFlag = profile } }

    func comparing(_ services: String...) -> OracleFixture { with { $0.services = services } }
}

/// A fixture laid out on disk.
struct LaidOutFixture {
    let home: ScratchDirectory
    let environment: [String: String]

    init(_ fixture: OracleFixture, services: String) throws {
        let home = try ScratchDirectory()
        self.home = home
        func fill(_ text: String) -> String {
            text.replacing("@HOME@", with: home.path.string)
                .replacing("@SERVICES@", with: services)
                .replacing(/@([+-]\d+)@/) { match in
                    let moment = Date().addingTimeInterval(Double(match.1) ?? 0)
                    return moment.formatted(Date.ISO8601FormatStyle())
                }
        }
        for (name, text) in fixture.files {
            try PrivateFile.write(fill(text).utf8, to: home.path.appending(name))
        }
        let usual = [
            "PATH": "/usr/bin:/bin", "HOME": "@HOME@", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_ENDPOINT_URL_STS": "@SERVICES@/sts", "AWS_ENDPOINT_URL_SSO": "@SERVICES@/sso",
            "AWS_ENDPOINT_URL_SSO_OIDC": "@SERVICES@/oidc",
            "AWS_ENDPOINT_URL_SIGNIN": "@SERVICES@/signin",
        ]
        environment = usual.merging(fixture.environment) { $1 }.compactMapValues { value in
            value == OracleFixture.unset ? nil : fill(value)
        }
    }
}

extension OracleFixture {
    /// The value of a variable that is not to be there.
    static let unset = "(unset)"
}
