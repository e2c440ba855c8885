import SpotSupport

/// What the machine does, as root, to get a host key of its own.
package struct HostKeyScript: Sendable {
    private let key: String
    private let newKey: String
    private let directory: String

    /// - Parameter directory: Where the server's keys are.
    package init(directory: String = "/etc/ssh") {
        key = ShellQuoting.quote("\(directory)/ssh_host_ed25519_key")
        newKey = ShellQuoting.quote("\(directory)/spot_new_host_key")
        self.directory = ShellQuoting.quote(directory)
    }

    /// Makes the key beside the one in use, or finds it there whole, and prints its public half.
    ///
    /// The public half stays after the key was put in place, so that a second computer that launches
    /// the machine at the same time finds what the first one made. In an image of a machine it fits
    /// nothing.
    package var generate: String {
        asRoot(
            """
            umask 077; { test -s \(newKey).pub && \
            { test -s \(newKey) || cmp -s \(newKey).pub \(key).pub; }; } || \
            { rm -f \(newKey) \(newKey).pub; ssh-keygen -q -t ed25519 -N "" -C "" -f \(newKey); } \
            && cat \(newKey).pub
            """
        )
    }

    /// Puts it in the other's place, unless somebody else just did.
    ///
    /// Distributions call the service ssh or sshd, and a server that reads its key for each connection
    /// needs no reload at all: so a failed reload is no error. Whether the new key is presented shows
    /// at the next connection.
    package var install: String {
        asRoot(
            """
            if test -e \(newKey); then
            cp -f \(newKey).pub \(key).pub && { mv -f \(newKey) \(key) || test ! -e \(newKey); }
            fi && chmod 644 \(key).pub && {
            { restorecon \(key) \(key).pub; systemctl reload ssh || systemctl reload sshd || \
            kill -HUP "$(cat /run/sshd.pid)"; } >/dev/null 2>&1; true; }
            """
        )
    }

    /// One computer at a time, where the machine has `flock(1)`: two that launch it at the same moment
    /// must come to the same key.
    private func asRoot(_ script: String) -> String {
        let lock = "exec 9<\(directory); ! command -v flock >/dev/null || flock -w 20 9"
        return "sudo -n " + ShellQuoting.line(["sh", "-c", "\(lock); \(script)"])
    }
}
