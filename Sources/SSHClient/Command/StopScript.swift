internal import SpotSupport

/// Ends the commands of a connection from a second channel of it.
///
/// SSH has a request for this (RFC 4254 §6.9), which libssh2 cannot send before version 1.11.
enum StopScript {
    /// Sends TERM to the other commands that the same server process started, with all that still
    /// belongs to their sessions: a daemon with a session of its own goes on.
    ///
    /// What runs as root ends where the user may use `sudo` without a password. One line, which every
    /// login shell reads the same.
    static let command: RemoteCommand = {
        let members =
            "for file in /proc/[0-9]*/stat; do read -r line 2>/dev/null <\"$file\" || continue;"
            + " set -- \"${file#/proc/}\" ${line##*) }; pid=${1%/stat};"
        let script = """
            case $(cat /proc/$PPID/comm) in sshd*|dropbear*) ;; *) exit 1 ;; esac; leaders=; \
            \(members) \
            [ "$3" = $PPID ] && [ $pid != $$ ] && leaders="$leaders $pid"; done; \
            end() { kill -s TERM -- "$1" || sudo -n kill -s TERM -- "$1"; } 2>/dev/null; \
            for leader in $leaders; do end -$leader; done; \
            \(members) \
            case "$leaders " in *" $5 "*) ;; *) continue ;; esac; \
            case "$leaders " in *" $4 "*) kill -0 $pid 2>/dev/null && continue ;; esac; \
            [ -d /proc/$pid ] && end $pid; done
            """
        return RemoteCommand(ShellQuoting.line(["exec", "sh", "-c", script]))
    }()
}
