import SpotRemote
import SystemPackage
import Testing

struct SSHConfigTextTests {
    private static func config(identity: String) -> String {
        SSHConfigText(
            host: "web",
            address: "203.0.113.7",
            port: 22,
            user: "ec2-user",
            identity: .init(identity),
            knownHosts: "/s/known_hosts",
            hostKeyAlias: "i-0abc"
        ).text
    }

    @Test func `the block pins the instance and never trusts on first use`() {
        let text = Self.config(identity: "/s/keys/web")
        #expect(
            text == """
                Host web
                    HostName 203.0.113.7
                    Port 22
                    User ec2-user
                    IdentityFile "/s/keys/web"
                    IdentitiesOnly yes
                    UserKnownHostsFile "/s/known_hosts"
                    GlobalKnownHostsFile /dev/null
                    HostKeyAlias i-0abc
                    CheckHostIP no
                    StrictHostKeyChecking yes
                    UpdateHostKeys no

                """
        )
    }

    @Test func `blanks, quotes and percent signs in a path survive`() {
        #expect(
            Self.config(identity: #"/my "100%" home/k"#)
                .contains(#"IdentityFile "/my \"100%%\" home/k""#)
        )
    }
}
