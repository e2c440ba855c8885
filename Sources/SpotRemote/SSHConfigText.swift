package import SystemPackage

/// A `Host` block with which plain `ssh`, `scp` and `rsync` reach a machine under our pins.
package struct SSHConfigText: Sendable, Encodable {
    package let host: String
    package let address: String
    package let port: Int
    package let user: String
    package let identity: String
    package let knownHosts: String
    package let hostKeyAlias: String

    package init(
        host: String,
        address: String,
        port: Int,
        user: String,
        identity: FilePath,
        knownHosts: FilePath,
        hostKeyAlias: String
    ) {
        self.host = host
        self.address = address
        self.port = port
        self.user = user
        self.identity = identity.string
        self.knownHosts = knownHosts.string
        self.hostKeyAlias = hostKeyAlias
    }

    /// The block as ssh_config(5) reads it.
    package var text: String {
        """
        Host \(host)
            HostName \(address)
            Port \(port)
            User \(user)
            IdentityFile \(Self.argument(identity))
            IdentitiesOnly yes
            UserKnownHostsFile \(Self.argument(knownHosts))
            GlobalKnownHostsFile /dev/null
            HostKeyAlias \(hostKeyAlias)
            CheckHostIP no
            StrictHostKeyChecking yes
            UpdateHostKeys no

        """
    }

    /// Quoted for ssh_config(5), where a percent sign would start a token.
    private static func argument(_ path: String) -> String {
        let escaped = path.replacing("%", with: "%%")
        return "\"" + escaped.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
