package import SSHClient
import SpotSupport
import SystemPackage

/// A local script put into a private directory of the machine, ready to run once.
package struct StagedScript: Sendable {
    private let directory: String
    private let name: String
    private let hasEnvironment: Bool

    private static let limit = Duration.seconds(120)

    /// Copies the script, and the variables where there are any: on a command line every user of the
    /// machine could read them.
    package static func stage(
        name: String,
        contents: [UInt8],
        environment: [(key: String, value: String)],
        over session: SSHSession
    ) async throws -> StagedScript {
        let command = """
            umask 077; d=$(mktemp -d "$HOME/.spot-run.XXXXXXXXXX") && cat >"$d"/\(ShellQuoting.quote(name)) \
            && chmod 700 "$d"/\(ShellQuoting.quote(name)) && printf %s "$d"
            """
        let answer = try await session.capture(
            RemoteCommand(posix(command)),
            input: .bytes(contents),
            limit: limit
        )
        guard case .status(0) = answer.exit, !answer.output.isEmpty else {
            throw GeneralFailure(
                .transport,
                "cannot copy \(name) to the machine: \(answer.errorText)"
            )
        }
        let staged = StagedScript(
            directory: answer.text,
            name: name,
            hasEnvironment: !environment.isEmpty
        )
        if staged.hasEnvironment { try await staged.put(environment, over: session) }
        return staged
    }

    /// The command that runs it, hands on its status and removes the directory whatever happens.
    package func command(arguments: [String], directory workdir: String?) -> RemoteCommand {
        let folder = ShellQuoting.quote(directory)
        let script = ShellQuoting.line(["\(directory)/\(name)"] + arguments)
        let steps = [
            "trap 'rm -rf \(folder)' EXIT",
            "trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM",
            hasEnvironment ? ". \(folder)/.environment" : nil,
            workdir.map { "cd -- \(ShellQuoting.quote($0)) || exit 1" },
            script,
        ]
        return RemoteCommand(Self.posix(steps.compactMap(\.self).joined(separator: "\n")))
    }

    private func put(_ environment: [(key: String, value: String)], over session: SSHSession)
        async throws
    {
        let lines = environment.map { "export \($0.key)=\(ShellQuoting.quote($0.value))\n" }
        let command = "umask 077; cat >\(ShellQuoting.quote(directory))/.environment"
        let answer = try await session.capture(
            RemoteCommand(Self.posix(command)),
            input: .bytes(Array(lines.joined().utf8)),
            limit: Self.limit
        )
        guard case .status(0) = answer.exit else {
            throw GeneralFailure(
                .transport,
                "cannot copy the environment of \(name) to the machine: \(answer.errorText)"
            )
        }
    }

    /// The same for every login shell, be it bash, fish or csh.
    private static func posix(_ script: String) -> String {
        ShellQuoting.line(["exec", "sh", "-c", script])
    }
}
