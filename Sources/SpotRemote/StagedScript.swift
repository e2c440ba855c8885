package import SSHClient
import SpotSupport
import SystemPackage

/// A local script put into a private directory of the machine, ready to run once.
package struct StagedScript: Sendable {
    private let directory: Directory
    private let name: String
    private let hasEnvironment: Bool

    private static let limit = Duration.seconds(120)

    /// Copies the script, and the variables where there are any: on a command line every user of the
    /// machine could read them.
    ///
    /// Where that fails or is cancelled, nothing of it stays on the machine.
    package static func stage(
        name: String,
        contents: [UInt8],
        environment: [(key: String, value: String)],
        over session: SSHSession
    ) async throws -> StagedScript {
        let directory = Directory()
        do {
            let path = try await copy(contents, to: directory, as: name, over: session)
            let staged = StagedScript(
                directory: Directory(name: directory.name, path: path),
                name: name,
                hasEnvironment: !environment.isEmpty
            )
            if staged.hasEnvironment { try await staged.put(environment, over: session) }
            return staged
        } catch {
            await remove(directory, over: session)
            throw error
        }
    }

    private static func remove(_ directory: Directory, over session: SSHSession) async {
        let remove = RemoteCommand(posix("rm -rf -- \(directory.expression)"))
        await session.tidy(with: remove, limit: .seconds(10))
    }

    /// Runs it to its end, or ends it with the calling task; either way its directory is gone then.
    package func run(
        arguments: [String],
        directory workdir: String?,
        input: InputSource = .none,
        output: OutputSink = .discard,
        errors: OutputSink = .discard,
        over session: SSHSession
    ) async throws(SSHError) -> RemoteExit {
        do throws(SSHError) {
            return try await session.run(
                command(arguments: arguments, directory: workdir),
                input: input,
                output: output,
                errors: errors,
                endsWithCaller: true
            )
        } catch {
            // It may never have begun, or not hear that it is to end.
            await Self.remove(directory, over: session)
            throw error
        }
    }

    /// The command that runs it, hands on its status and removes the directory whatever happens.
    package func command(arguments: [String], directory workdir: String?) -> RemoteCommand {
        let folder = ShellQuoting.quote(directory.path)
        let environment = ShellQuoting.quote(directory.environment)
        let script = ShellQuoting.line([directory.script(name)] + arguments)
        let steps = [
            "trap \(ShellQuoting.quote("rm -rf -- \(folder)")) EXIT",
            "trap 'exit 129' HUP; trap 'exit 130' INT; trap 'exit 143' TERM",
            hasEnvironment ? ". \(environment); rm -f -- \(environment)" : nil,
            workdir.map { "cd -- \(ShellQuoting.quote($0)) || exit 1" },
            script,
        ]
        return RemoteCommand(Self.posix(steps.compactMap(\.self).joined(separator: "\n")))
    }

    /// A directory that only its owner can look into.
    ///
    /// We choose its name, so that it can be removed even where the machine's answer never came.
    private struct Directory {
        let name: String
        /// As the machine says; the home directory is not known before.
        let path: String

        init() {
            var random = SystemRandomNumberGenerator()
            let number = String(UInt64.random(in: .min ... .max, using: &random), radix: 36)
            self.init(name: ".spot-run.\(number)", path: "")
        }

        init(name: String, path: String) {
            self.name = name
            self.path = path
        }

        /// For a shell on the machine.
        var expression: String { "\"$HOME\"/\(ShellQuoting.quote(name))" }

        /// The script stands apart: it may have any name.
        func script(_ name: String) -> String { "\(path)/script/\(name)" }

        var environment: String { "\(path)/environment" }
    }

    /// Answers where the directory is.
    ///
    /// A copy that is cut off looks whole to the machine, and may begin after we gave up: so the machine
    /// counts, and removes what it has when nobody hears that it is ready.
    private static func copy(
        _ contents: [UInt8],
        to directory: Directory,
        as name: String,
        over session: SSHSession
    ) async throws -> String {
        let command = """
            umask 077; d=\(directory.expression); s="$d"/script/\(ShellQuoting.quote(name)); \
            trap '' PIPE; mkdir "$d" || exit 1; \
            mkdir "$d"/script && cat >"$s" && chmod 700 "$s" && \
            { [ "$(wc -c <"$s")" -eq \(contents.count) ] || { echo 'it was cut off' >&2; false; }; } && \
            printf %s "$d" || { rm -rf -- "$d"; exit 1; }
            """
        let answer = try await session.capture(
            RemoteCommand(posix(command)),
            input: .bytes(contents),
            limit: limit
        )
        guard case .status(0) = answer.exit, !answer.output.isEmpty else {
            throw GeneralFailure(
                .transport,
                "cannot copy \(name) to the machine: \(answer.errorLine)"
            )
        }
        return answer.text
    }

    private func put(_ environment: [(key: String, value: String)], over session: SSHSession)
        async throws
    {
        let lines = environment.map { "export \($0.key)=\(ShellQuoting.quote($0.value))\n" }
        let command = "umask 077; cat >\(ShellQuoting.quote(directory.environment))"
        let answer = try await session.capture(
            RemoteCommand(Self.posix(command)),
            input: .bytes(Array(lines.joined().utf8)),
            limit: Self.limit
        )
        guard case .status(0) = answer.exit else {
            throw GeneralFailure(
                .transport,
                "cannot copy the environment of \(name) to the machine: \(answer.errorLine)"
            )
        }
    }

    /// The same for every login shell, be it bash, fish or csh.
    private static func posix(_ script: String) -> String {
        ShellQuoting.line(["exec", "sh", "-c", script])
    }
}
