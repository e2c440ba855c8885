import SpotTestSupport
import Testing

struct ConfigCommandTests {
    typealias Ending = CommandScenario.Ending

    @Test func `path is the file, whether it is there or not`() async throws {
        var scenario = try CommandScenario()
        await scenario.expect(
            "config",
            "path",
            is: Ending(0, output: "/home/ada/.config/spot/config.yaml\n")
        )
        scenario.environment["XDG_CONFIG_HOME"] = "/etc/ada"
        await scenario.expect(
            "config",
            "path",
            "--json",
            is: Ending(0, output: #"{"path":"/etc/ada/spot/config.yaml"}"# + "\n")
        )
    }

    @Test func `show tells each value and where it comes from`() async throws {
        var scenario = try CommandScenario()
        try scenario.write(
            "region: eu-west-1\nready_timeout: 20m\nssh_port: 2222\n",
            to: ".config/spot/config.yaml"
        )
        scenario.environment = [
            "AWS_REGION": "eu-central-1", "SPOT_SSH_PORT": "2022", "XDG_STATE_HOME": "/var/ada",
        ]
        await scenario.expect(
            "config",
            "show",
            "--aws-profile",
            "work",
            is: Ending(
                0,
                output: """
                    profile\t_default\tbuilt-in
                    region\teu-central-1\tAWS_REGION
                    aws_profile\twork\t--aws-profile
                    ssh_port\t2022\tSPOT_SSH_PORT
                    checkip_url\thttps://checkip.amazonaws.com\tbuilt-in
                    color\tauto\tbuilt-in
                    connect_timeout\t15 s\tbuilt-in
                    ready_timeout\t20 min\t/home/ada/.config/spot/config.yaml:2
                    config_directory\t/home/ada/.config/spot\tbuilt-in
                    state_directory\t/var/ada/spot\tXDG_STATE_HOME
                    cache_directory\t/home/ada/.cache/spot\tbuilt-in
                    runtime_directory\t/var/ada/spot/run\tbuilt-in

                    """
            )
        )
        #expect(scenario.hasAskedNobody)
    }

    @Test func `show asks the profile for what nothing else says`() async throws {
        var scenario = try CommandScenario()
        scenario.environment["SPOT_PROFILE"] = "mine"
        try scenario.write("region: eu-north-1\n", to: ".config/spot/profiles/mine.yaml")
        let ending = await scenario.run("config", "show")
        #expect(
            ending.output.hasPrefix(
                """
                profile\tmine\tSPOT_PROFILE
                region\teu-north-1\t/home/ada/.config/spot/profiles/mine.yaml:1

                """
            )
        )
    }

    @Test(
        arguments: [
            ("regoin: eu-west-1", ":1: regoin is no field that spot knows", "did you mean region?"),
            (
                "color: auto\nconnect_timeout: soon",
                ":2: connect_timeout must be a duration such as 90s, 10m, 8h or 2d, not “soon”", nil
            ),
            ("ssh_port: 0", ":1: ssh_port must be a port from 1 to 65535, not “0”", nil),
            ("color: {a: b}", ":1: color must be auto, always or never, not a map", nil),
            (
                "checkip_url: ftp://x",
                ":1: checkip_url must be an http or https URL, not “ftp://x”", nil
            ),
        ] as [(String, String, String?)]
    )
    func `a mistake in the file stops every verb with its line and field`(
        text: String,
        problem: String,
        hint: String?
    ) async throws {
        let scenario = try CommandScenario { $0.addMachine("web") }
        try scenario.write(text + "\n", to: ".config/spot/config.yaml")
        let ending = Ending(
            2,
            talk: "spot: error: cannot read /home/ada/.config/spot/config.yaml\(problem)\n"
                + (hint.map { "spot: hint: \($0)\n" } ?? "")
        )
        await scenario.expect("config", "show", is: ending)
        await scenario.expect("terminate", "web", is: ending)
        #expect(scenario.hasAskedNobody)
    }

    @Test func `a mistake in the environment names the variable`() async throws {
        var scenario = try CommandScenario()
        scenario.environment["SPOT_SSH_PORT"] = "ssh"
        await scenario.expect(
            "list",
            is: Ending(
                2,
                talk: "spot: error: cannot use SPOT_SSH_PORT: it must be a port from 1 to 65535, "
                    + "not “ssh”\n"
            )
        )
        #expect(scenario.hasAskedNobody)
    }
}
