import AWSServices
import SSHClient
import SpotInstances
import SpotRemote
import SpotSupport
import SpotTerminal
import SystemPackage

/// What the verbs do on one machine, over one connection.
struct MachineWork: Sendable {
    let machine: Machine
    private let context: CommandContext
    private let session: SSHSession
    private let cloud: Cloud
    /// Of the SSH server, where a flag names it.
    private let port: Int?

    /// Finds the machine by its name and connects to it.
    static func on(_ name: MachineName, _ context: CommandContext) async throws -> MachineWork {
        let cloud = try await context.cloud()
        return try await on(try await cloud.directory.machine(named: name), cloud, context)
    }

    /// Connects to a machine that was found already.
    /// - Parameter port: Of the SSH server, where a flag names it.
    static func on(
        _ machine: Machine,
        _ cloud: Cloud,
        _ context: CommandContext,
        port: Int? = nil
    ) async throws -> MachineWork {
        let session = try await context.connector(cloud, port: port).connect(to: machine)
        return MachineWork(
            machine: machine,
            context: context,
            session: session,
            cloud: cloud,
            port: port
        )
    }

    /// Runs `body`; where the connection is lost, asks AWS whether the machine is.
    private func connected<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch {
            let reason = (error as? SSHError)?.reason
            if reason == .localFile(.brokenPipe) { throw ReaderGone() }
            guard reason == .connectionLost,
                let obituary = try? await cloud.directory.obituary(of: machine)
            else { throw error }
            throw obituary
        }
    }

    /// One command with our own streams; its status is returned, not thrown.
    func exec(_ line: String) async throws -> Int32 {
        try await exec(line, input: .descriptor(context.input), .standardOutput, .standardError)
    }

    /// The same with streams of its own.
    func exec(
        _ line: String,
        input: InputSource,
        _ output: FileDescriptor,
        _ errors: FileDescriptor
    ) async throws -> Int32 {
        try await connected {
            try await session.run(
                RemoteCommand(line),
                input: input,
                output: .descriptor(output),
                errors: .descriptor(errors),
                endsWithCaller: true
            ).shellStatus
        }
    }

    /// A login shell, or one command, on a terminal of the machine.
    func shell(command: String? = nil) async throws -> Int32 {
        let device = TerminalDevice(context.input)
        guard device.isTerminal else {
            throw GeneralFailure(
                .usage,
                "cannot open a shell on \(machine.name): standard input is no terminal",
                hint: "'spot exec \(machine.name) CMD' runs a command without one"
            )
        }
        if let command {
            return try await connected { try await interact(on: device, command).status }
        }
        var work = self
        while true {
            do {
                return try await work.interact(on: device, nil).status
            } catch let error as SSHError where error.reason == .connectionLost {
                work = try await reconnected(after: error)
            }
        }
    }

    /// A new connection, if the machine is still there and the person wants one.
    /// - Throws: Why the machine is no more, or `loss` where nobody says yes.
    private func reconnected(after loss: SSHError) async throws -> MachineWork {
        var loss = loss
        while true {
            try Task.checkCancellation()
            let now = try? await context.limited(
                "AWS to say whether \(machine.name) is still there",
                .seconds(15)
            ) { try await cloud.directory.machine(machine.id) }
            if let now, let obituary = MachineDirectory.obituary(now) {
                context.console.notice(loss.message)
                throw obituary
            }
            let state = now.map { "\(machine.name) is \($0.state.rawValue)" }
            guard context.prompt.isPossible,
                try await context.prompt.confirm(
                    "\(loss.message); \(state ?? "AWS cannot be asked about \(machine.name)"): "
                        + "reconnect?",
                    flag: "'spot shell \(machine.name)'"
                )
            else { throw loss.hinting("'spot shell \(machine.name)' connects again") }
            do {
                return try await Self.on(now ?? machine, cloud, context, port: port)
            } catch let error as SSHError where error.kind == .transport {
                loss = error
            }
        }
    }

    /// The terminal is raw for exactly as long as the other side has it.
    private func interact(on device: TerminalDevice, _ command: String?) async throws
        -> InteractiveEnd
    {
        let raw = try RawMode.enter(device)
        let end = try await session.interact(
            on: InteractiveTerminal(
                input: context.input,
                output: .standardOutput,
                type: context.environment["TERM"] ?? "xterm-256color",
                resizes: context.signals?.windowChanges,
                size: {
                    let size = device.size
                    return WindowSize(columns: size?.columns ?? 80, rows: size?.rows ?? 24)
                }
            ),
            command: command,
            environment: context.localeVariables
        )
        _ = consume raw
        return end
    }

    /// A local script; its output is data, unless that is the place of a JSON document.
    func run(
        _ script: LocalScript,
        arguments: [String] = [],
        environment: [(key: String, value: String)] = [],
        directory: String? = nil,
        output: FileDescriptor = .standardOutput
    ) async throws -> Int32 {
        let staged = try await StagedScript.stage(
            name: script.name,
            contents: script.contents,
            environment: environment,
            over: session
        )
        return try await connected {
            try await staged.run(
                arguments: arguments,
                directory: directory,
                input: script.isStandardInput ? .none : .descriptor(context.input),
                output: .descriptor(output),
                errors: .descriptor(.standardError),
                over: session
            ).shellStatus
        }
    }

    /// Makes a directory with its parents, as `mkdir -p` does.
    func makeDirectory(_ path: String) async throws {
        let answer = try await session.capture(
            RemoteCommand(ShellQuoting.line(["mkdir", "-p", "--", path])),
            limit: .seconds(30)
        )
        guard case .status(0) = answer.exit else {
            throw GeneralFailure(
                .broken,
                "cannot make \(path) on \(machine.name): \(answer.errorText)"
            )
        }
    }

    /// - Throws: `PartialFailure` when some files could not be copied.
    func upload(_ paths: [String], to destination: String) async throws {
        let sources: [UploadSource] = paths.map {
            $0 == "-" ? .stream(context.input) : .path(FilePath($0))
        }
        try await transfer(.upload) { progress in
            try await session.upload(sources, to: RemotePath(destination), progress: progress)
        }
    }

    /// - Throws: `PartialFailure` when some files could not be copied.
    func download(_ paths: [String], to destination: String) async throws {
        let target: DownloadTarget =
            destination == "-" ? .stream(.standardOutput) : .path(FilePath(destination))
        try await transfer(.download) { progress in
            try await session.download(paths.map { RemotePath($0) }, to: target, progress: progress)
        }
    }

    private func transfer(
        _ verb: ProgressMeter.Verb,
        _ body: (@escaping @Sendable (TransferProgress) -> Void) async throws -> TransferReport
    ) async throws {
        let display = TransferDisplay(verb, on: context.console, time: context.time)
        do {
            let report = try await connected {
                let report = try await body(display.update)
                // Many files fail for one reason then, which is to be told once.
                let reasons = report.problems.lazy.compactMap { $0.failure as? SSHError }
                if let lost = reasons.first(where: { $0.reason == .connectionLost }) { throw lost }
                return report
            }
            display.finish(successfully: report.problems.isEmpty)
            if let problem = report.problems.first {
                guard report.total > 1 else { throw TransferFailed(cause: problem.failure) }
                throw PartialFailure(items: report.problems, total: report.total)
            }
        } catch {
            display.finish(successfully: false)
            throw error
        }
    }
}

extension InteractiveEnd {
    fileprivate var status: Int32 {
        switch self {
        case .exited(let exit): exit.shellStatus
        case .left: ExitStatus.success
        }
    }
}

extension SSHError {
    /// The same, with a command that would help.
    fileprivate func hinting(_ hint: String) -> SSHError {
        SSHError(reason, message, hint: hint, cause: cause, libraryCode: libraryCode)
    }
}
