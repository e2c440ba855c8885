import SpotTestSupport
import Testing

struct ProfileCommandTests {
    typealias Ending = CommandScenario.Ending

    private static let builtIn = """
        _default\t\ta small machine for everyday work\tprofiles/_default.yaml
        arm\t_default\ta small Graviton machine\tprofiles/arm.yaml
        compute\t_default\tfast processors for builds and number crunching\tprofiles/compute.yaml
        debian\t_default\ta small machine with Debian 12\tprofiles/debian.yaml
        gpu\t_default\tone NVIDIA GPU, drivers installed\tprofiles/gpu.yaml
        memory\t_default\tsixteen GiB of memory on two processors\tprofiles/memory.yaml
        ubuntu\t_default\ta small machine with Ubuntu 24.04\tprofiles/ubuntu.yaml

        """

    @Test func `list shows what spot brings along`() async throws {
        let scenario = try CommandScenario()
        await scenario.expect("profile", "list", is: Ending(0, output: Self.builtIn))
        #expect(scenario.hasAskedNobody)
    }

    @Test func `list shows one's own, and warns of the ones that cannot be used`() async throws {
        let scenario = try CommandScenario()
        try scenario.write("description: mine\nbase: gpu\n", to: ".config/spot/profiles/mine.yaml")
        try scenario.write("instance_typs: t3.small\n", to: ".config/spot/profiles/bad.yaml")
        let ending = await scenario.run("profile", "ls")
        #expect(ending.status == 0)
        #expect(
            ending.output.split(separator: "\n").filter { $0.contains("/home/ada") } == [
                "bad\t\tcannot be used\t/home/ada/.config/spot/profiles/bad.yaml:1",
                "mine\tgpu\tmine\t/home/ada/.config/spot/profiles/mine.yaml",
            ]
        )
        #expect(
            ending.talk == "spot: warning: cannot read /home/ada/.config/spot/profiles/bad.yaml:1: "
                + "instance_typs is no field that spot knows\n"
        )
    }

    @Test func `show tells each value and where it stands`() async throws {
        let scenario = try CommandScenario()
        try scenario.write(
            "base: gpu\nttl: 8h\ntags: {team: render}\nmax_price: 0.80\n",
            to: ".config/spot/profiles/mine.yaml"
        )
        let mine = "/home/ada/.config/spot/profiles/mine.yaml"
        await scenario.expect(
            "profile",
            "show",
            "mine",
            is: Ending(
                0,
                output: """
                    instance_types\tg5.xlarge, g6.xlarge, g4dn.xlarge\tprofiles/gpu.yaml:3
                    image\tssm:/aws/service/deeplearning/ami/x86_64/\
                    base-oss-nvidia-driver-gpu-ubuntu-22.04/latest/ami-id\tprofiles/gpu.yaml:4
                    username\tubuntu\tprofiles/gpu.yaml:5
                    market\tspot\tprofiles/_default.yaml:4
                    max_price\t0.80\t\(mine):4
                    disk_gib\t100\tprofiles/gpu.yaml:6
                    monitoring\tfalse\tbuilt-in
                    region\t\tbuilt-in
                    zones\t\tbuilt-in
                    subnet\t\tbuilt-in
                    security_group\t\tbuilt-in
                    firewall\t\tbuilt-in
                    ssh_port\t22\tprofiles/_default.yaml:6
                    key\t\tbuilt-in
                    instance_profile\t\tbuilt-in
                    filesystem\t\tbuilt-in
                    scripts\t\tbuilt-in
                    user_data\t\tbuilt-in
                    tags\tteam=render\t\(mine):3
                    ttl\t8 h\t\(mine):2
                    idle\t\tbuilt-in

                    """
            )
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test func `show takes an instance type, and prints lists as lists in JSON`() async throws {
        let ending = try await CommandScenario().run("profile", "show", "m7i.large", "--json")
        #expect(ending.status == 0)
        #expect(
            ending.output.hasPrefix(
                #"[{"name":"instance_types","origin":"--profile","value":["m7i.large"]},"#
                    + #"{"name":"image","origin":"profiles/_default.yaml:3","value":"al2023"},"#
                    + #"{"name":"username","origin":"built-in","value":null},"#
            )
        )
    }

    @Test(
        arguments: [
            (
                "instance_typs: t3.small", ":1: instance_typs is no field that spot knows",
                "did you mean instance_types?"
            ),
            (
                "market: spot\ndisk_gib: big",
                ":2: disk_gib must be a whole number of GiB from 1 to 65536, not “big”", nil
            ),
            (
                "ttl: [1h, 2h]",
                ":1: ttl must be a duration such as 90s, 10m, 8h or 2d, not a list", nil
            ),
            ("base: ubunut", ":1: base names no profile: “ubunut”", "did you mean ubuntu?"),
            ("market: spot\nmarket: spot", ":1: the same field is given twice: market", nil),
            ("- t3.small", ":1: the file must be a map of fields", nil),
            ("market: [spot", ":2: did not find expected ',' or ']'", nil),
            (
                "market: &a spot", ":1: anchors (&) and aliases (*) are not supported",
                "write the value out, or put it in a profile and name that as base"
            ),
        ] as [(String, String, String?)]
    )
    func `a mistake in a file is named with its line and field`(
        text: String,
        problem: String,
        hint: String?
    ) async throws {
        let scenario = try CommandScenario()
        try scenario.write(text + "\n", to: ".config/spot/profiles/mine.yaml")
        let ending = Ending(
            2,
            talk: "spot: error: cannot read /home/ada/.config/spot/profiles/mine.yaml\(problem)\n"
                + (hint.map { "spot: hint: \($0)\n" } ?? "")
        )
        await scenario.expect("profile", "show", "mine", is: ending)
        await scenario.expect("launch", "web", "-p", "mine", is: ending)
        #expect(scenario.hasAskedNobody)
    }

    @Test func `bases that lead in a circle are named in order`() async throws {
        let scenario = try CommandScenario()
        try scenario.write("base: b\n", to: ".config/spot/profiles/a.yaml")
        try scenario.write("base: a\n", to: ".config/spot/profiles/b.yaml")
        await scenario.expect(
            "profile",
            "show",
            "a",
            is: Ending(
                2,
                talk: "spot: error: cannot read /home/ada/.config/spot/profiles/b.yaml:1: "
                    + "base leads back to where it began: a → b → a\n"
            )
        )
    }
}
