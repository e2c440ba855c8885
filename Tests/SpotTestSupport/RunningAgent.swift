import SystemPackage

/// OpenSSH's own ssh-agent with a socket of its own; it ends with its owner.
package final class RunningAgent: Sendable {
    package let socket: String

    /// What `ssh-add` said where it failed.
    package struct Refusal: Error {
        package let talk: String
    }

    private let scratch: ScratchDirectory
    private let shell: Companion

    package init() throws {
        scratch = try ScratchDirectory()
        socket = scratch("agent").string
        // It says what to set before it listens to anybody, and its input's end is its own.
        let script = """
            ssh-agent -D -a "$1" </dev/null 3<&- & read -r _ <&3; kill $!;
            """
        shell = try Companion("/bin/sh", ["-c", "{ \(script) } 3<&0", "sh", socket])
        guard shell.nextLine() != nil else { throw Refusal(talk: "ssh-agent did not start") }
    }

    deinit {
        shell.end()
    }

    /// Runs `ssh-add` with these arguments.
    package func add(_ arguments: String...) throws {
        let program = ChildProcess("/usr/bin/ssh-add", environment: ["SSH_AUTH_SOCK": socket])
        let result = try program.runBlocking(["-q"] + arguments)
        guard result.status == 0 else { throw Refusal(talk: result.talk) }
    }

    /// Locks or unlocks it with a passphrase, which `ssh-add` has from a program.
    package func setLocked(_ isLocked: Bool) throws {
        let asker = try scratch.write(
            "#!/bin/sh\necho secret\n".utf8,
            to: "asker",
            mode: [.ownerReadWriteExecute]
        )
        let program = ChildProcess(
            "/usr/bin/ssh-add",
            environment: [
                "SSH_AUTH_SOCK": socket, "SSH_ASKPASS": asker.string,
                "SSH_ASKPASS_REQUIRE": "force",
            ]
        )
        let result = try program.runBlocking([isLocked ? "-x" : "-X"])
        guard result.status == 0 else { throw Refusal(talk: result.talk) }
    }
}
