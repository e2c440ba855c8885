import AWSServices
import SSHKeys
import SpotTestSupport
import Testing

struct SSHConfigTests {
    typealias Ending = CommandScenario.Ending

    /// A machine with its key and its pinned host key on this computer.
    private func scenario() throws -> CommandScenario {
        let scenario = try CommandScenario { account in
            account.addMachine("web") { $0.tags["spot:ssh-port"] = "2022" }
        }
        let key = try scenario.haveKey()
        let pin = key.publicKey.authorizedKeysLine.split(separator: " ").prefix(2)
        try scenario.write(
            "i-00000000000000001 \(pin.joined(separator: " "))\n",
            to: ".local/state/spot/known_hosts"
        )
        return scenario
    }

    @Test func `is a block that ssh reads`() async throws {
        try await scenario().expect(
            "ssh-config",
            "web",
            is: Ending(
                0,
                output: """
                    Host web
                        HostName 203.0.113.10
                        Port 2022
                        User ec2-user
                        IdentityFile "/home/ada/.local/state/spot/keys/web"
                        IdentitiesOnly yes
                        UserKnownHostsFile "/home/ada/.local/state/spot/known_hosts"
                        GlobalKnownHostsFile /dev/null
                        HostKeyAlias i-00000000000000001
                        CheckHostIP no
                        StrictHostKeyChecking yes
                        UpdateHostKeys no

                    """
            )
        )
    }

    @Test func `as JSON is one object`() async throws {
        try await scenario().expect(
            "ssh-config",
            "web",
            "--json",
            is: Ending(
                0,
                output: #"{"address":"203.0.113.10","host":"web","#
                    + #""hostKeyAlias":"i-00000000000000001","#
                    + #""identity":"/home/ada/.local/state/spot/keys/web","#
                    + #""knownHosts":"/home/ada/.local/state/spot/known_hosts","port":2022,"#
                    + #""user":"ec2-user"}"# + "\n"
            )
        )
    }

    @Test(arguments: ["ssh-config", "upload", "download"])
    func `of a machine that is stopped ends with 1`(verb: String) async throws {
        let scenario = try CommandScenario { $0.addMachine("web") { $0.state = .stopped } }
        let ending = await scenario.run([verb, "web"] + (verb == "ssh-config" ? [] : ["file"]))
        #expect(
            ending
                == Ending(
                    1,
                    talk: """
                        spot: error: cannot connect to web: it is stopped
                        spot: hint: 'spot launch web' starts it and waits until it is ready

                        """
                )
        )
    }
}
