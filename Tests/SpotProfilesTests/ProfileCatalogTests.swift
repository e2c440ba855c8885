import Glibc
import SpotProfiles
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct ProfileCatalogTests {
    private let scratch: ScratchDirectory
    private let catalog: ProfileCatalog

    init() throws {
        scratch = try ScratchDirectory()
        catalog = ProfileCatalog(userDirectory: scratch.path, home: "/home/ann")
    }

    private func write(_ name: String, _ text: String) throws {
        try scratch.write(text.utf8, to: "\(name).yaml")
    }

    /// The message of what is wrong with the profile `web` of this text, without the directory.
    private func complaint(_ text: String) throws -> String? {
        try write("web", text)
        let error = #expect(throws: ConfigurationError.self) { try catalog.profile(named: "web") }
        return error?.message.replacing("\(scratch.path)/", with: "")
    }

    // What comes with spot.

    @Test func `every file of the folder is in the binary, and each is sound`() throws {
        let folder = try PackageFolder.names(in: "profiles").filter { $0.hasSuffix(".yaml") }
        #expect(try ProfileCatalog().names() == folder.map { String($0.dropLast(5)) }.sorted())
        for listing in try ProfileCatalog().listings() {
            #expect(listing.problem == nil)
            #expect(listing.summary?.isEmpty == false, "\(listing.name) describes itself")
        }
    }

    @Test(arguments: [
        ("_default", "t3.small", "ec2-user"), ("compute", "c7i.large", "ec2-user"),
        ("memory", "r7i.large", "ec2-user"), ("gpu", "g5.xlarge", "ubuntu"),
        ("arm", "t4g.small", "ec2-user"), ("ubuntu", "t3.small", "ubuntu"),
        ("debian", "t3.small", "admin"),
    ])
    func `each profile prefers a type and knows its user`(name: String, type: String, user: String)
        throws
    {
        let profile = try ProfileCatalog().profile(named: name)
        #expect(profile.instanceTypes.value.first == type)
        #expect(profile.loginUser == user)
        #expect(profile.market.value == .spot)
        #expect(profile.maxPrice.value == nil && profile.firewall.value.isEmpty)
    }

    @Test func `a bare instance type is the defaults with that type`() throws {
        let profile = try catalog.profile(named: "u-6tb1.metal")
        #expect(profile.instanceTypes == Sourced(["u-6tb1.metal"], .flag("--profile")))
        #expect(profile.diskGiB == Sourced(16, .file("profiles/_default.yaml", line: 5)))
        #expect(profile.bases == ["_default"])
    }

    // Bases.

    @Test func `a value comes from the nearest profile that gives it, with file and line`() throws {
        try write("web", "base: team\nregion: eu-west-1\n")
        try write("team", "base: ubuntu\n\ndisk_gib: 50\nregion: us-west-2\n")
        let profile = try catalog.profile(named: "web")
        #expect(profile.bases == ["team", "ubuntu", "_default"])
        #expect(profile.region == Sourced("eu-west-1", .file("\(scratch.path)/web.yaml", line: 2)))
        #expect(profile.diskGiB == Sourced(50, .file("\(scratch.path)/team.yaml", line: 3)))
        #expect(profile.image.origin == .file("profiles/ubuntu.yaml", line: 3))
        #expect(profile.sshPort.origin == .file("profiles/_default.yaml", line: 6))
        #expect(profile.subnet.origin == .builtIn)
    }

    @Test func `a profile without a base stands on the defaults, the user's own if there are some`()
        throws
    {
        try write("_default", "disk_gib: 99")
        try write("web", "region: eu-west-1")
        let profile = try catalog.profile(named: "web")
        #expect(profile.diskGiB.value == 99)
        #expect(profile.instanceTypes.value.first == "t3.small")
        #expect(try catalog.profile(named: "gpu").diskGiB.value == 100)
        #expect(try catalog.profile(named: "t3.micro").diskGiB.value == 99)
    }

    @Test func `a user's profile may stand on the one it replaces`() throws {
        try write("gpu", "base: gpu\nregion: eu-west-1")
        let profile = try catalog.profile(named: "gpu")
        #expect(profile.region.value == "eu-west-1")
        #expect(profile.instanceTypes.value.first == "g5.xlarge")
    }

    @Test func `nothing takes back what a base gave`() throws {
        try write("team", "subnet: subnet-1\ntags: {team: a}")
        try write("web", "base: team\nsubnet: ~\n")
        let profile = try catalog.profile(named: "web")
        #expect(profile.subnet == Sourced(nil, .file("\(scratch.path)/web.yaml", line: 2)))
        #expect(profile.tags.value == ["team": "a"])
    }

    @Test func `a loop of bases is told with its way round`() throws {
        try write("a", "region: eu-west-1\nbase: b")
        try write("b", "base: web")
        let message = try complaint("base: a")
        #expect(
            message == "cannot read b.yaml:1: base leads back to where it began: web → a → b → web"
        )
    }

    @Test func `an empty file is the defaults`() throws {
        try write("web", "# nothing yet\n")
        #expect(try catalog.profile(named: "web").bases == ["_default"])
    }

    // What is wrong, and where.

    @Test(arguments: [
        ("regoin: eu-west-1", "cannot read web.yaml:1: regoin is no field that spot knows"),
        (
            "\n\ndisk_gib: lots",
            "cannot read web.yaml:3: disk_gib must be a whole number of GiB from 1 to 65536, not “lots”"
        ),
        (
            "disk_gib: [1]",
            "cannot read web.yaml:1: disk_gib must be a whole number of GiB from 1 to 65536, not a list"
        ),
        (
            "disk_gib: 1.5",
            "cannot read web.yaml:1: disk_gib must be a whole number of GiB from 1 to 65536, not “1.5”"
        ),
        ("monitoring: yes", "cannot read web.yaml:1: monitoring must be true or false, not “yes”"),
        (
            "market: cheap",
            "cannot read web.yaml:1: market must be spot, on-demand or spot-then-on-demand, not “cheap”"
        ),
        (
            "image: windows",
            "cannot read web.yaml:1: image must be al2023, ubuntu-22.04, ubuntu-24.04, debian-12, ami-… or ssm:/path, not “windows”"
        ),
        (
            "market: ~",
            "cannot read web.yaml:1: market must be spot, on-demand or spot-then-on-demand, not nothing"
        ),
        (
            "region:\n  a: b",
            "cannot read web.yaml:2: region must be a region such as us-east-1, not a map"
        ),
        (
            "zones:\n- us-east-1a\n- {}",
            "cannot read web.yaml:3: zones must be an availability zone such as us-east-1a, not a map"
        ),
        (
            "instance_types: []",
            "cannot read web.yaml:1: instance_types must be a list of at least 1, each an instance type such as t3.small, not a list"
        ),
        ("base: nowhere", "cannot read web.yaml:1: base names no profile: “nowhere”"),
        (
            "base: ../../etc/passwd",
            "cannot read web.yaml:1: base names no profile: “../../etc/passwd”"
        ),
        (
            "ttl: 0s",
            "cannot read web.yaml:1: ttl must be a duration such as 90s, 10m, 8h or 2d, not “0s”"
        ),
        (
            "firewall:\n- tcp:80:me\n- {protocol: tcp, port: 80}",
            "cannot read web.yaml:3: firewall.port is no field that spot knows"
        ),
        (
            "tags: {aws:x: y}",
            "cannot read web.yaml:1: tags must be a map or KEY=VALUE, keys of 1 to 128 characters that do not begin with aws: or spot:, values of at most 256"
        ),
        (
            "region: eu-west-1\nregion: us-east-1",
            "cannot read web.yaml:1: the same field is given twice: region"
        ),
        ("- a\n- b", "cannot read web.yaml:1: the file must be a map of fields"),
        ("just words", "cannot read web.yaml:1: the file must be a map of fields"),
        ("region: 'eu", "cannot read web.yaml:1: found unexpected end of stream"),
        (
            "region: a\n\tb: c",
            "cannot read web.yaml:2: found a tab character that violates indentation"
        ),
        ("[a]: b", "cannot read web.yaml:1: a field's name must be a plain word"),
        ("region: a\n---\nregion: b", "cannot read web.yaml:2: but found another document"),
    ])
    func `a mistake is told with file, line and field`(text: String, message: String) throws {
        let told = try complaint(text)
        #expect(told == message)
    }

    @Test func `a slip of the finger is told with the word that was meant`() throws {
        try write("web", "max-price: 0.1")
        let error = #expect(throws: ConfigurationError.self) { try catalog.profile(named: "web") }
        #expect(error?.hint == "did you mean max_price?")
        #expect(error?.kind == .usage && error?.field == "max-price")
    }

    @Test(arguments: [("gpuu", "did you mean gpu?"), ("xyzzy", "see 'spot profile list'")])
    func `an unknown profile is a usage failure with a way on`(name: String, hint: String) throws {
        let error = #expect(throws: ConfigurationError.self) { try catalog.profile(named: name) }
        #expect(error?.message == "cannot find the profile “\(name)”")
        #expect(error?.hint == hint && error?.kind == .usage)
    }

    @Test(arguments: [
        "", ".", "..", "../web", "/etc/passwd", "a/b", "a\nb", "$(id)", "a b", ".hidden", "é",
        String(repeating: "a", count: 300), "a\0b",
    ])
    func `a hostile name never reaches the file system`(name: String) {
        #expect(throws: ConfigurationError.self) { try catalog.profile(named: name) }
    }

    @Test func `a broken profile does not hide the others in the list`() throws {
        try write("broken", "disk_gib: lots")
        try write("mine", "description: my own\nbase: gpu")
        try scratch.write("ignored".utf8, to: "notes.txt")
        let listings = try catalog.listings()
        #expect(listings.map(\.name).contains("gpu"))
        let broken = try #require(listings.first { $0.name == "broken" })
        #expect(broken.problem?.field == "disk_gib")
        let mine = try #require(listings.first { $0.name == "mine" })
        #expect(mine.summary == "my own" && mine.base == "gpu")
        #expect(!listings.map(\.name).contains("notes"))
    }

    @Test func `a file that cannot be read is named`() throws {
        try PrivateFile.makeDirectory(scratch("web.yaml"))
        let error = #expect(throws: ConfigurationError.self) { try catalog.profile(named: "web") }
        #expect(error?.message == "cannot read \(scratch("web.yaml")): is a directory")
    }

    @Test func `a directory that is not there is an empty one`() throws {
        let catalog = ProfileCatalog(userDirectory: scratch("missing"))
        #expect(try catalog.names().contains("gpu"))
    }
}
