import ArgumentParser
import Glibc
import SpotProfiles
import SpotSupport
package import SpotTerminal
import SystemPackage

/// One run of the program: argv in, exit status out.
package struct Program: Sendable {
    /// Makes the context of a verb once its global flags are known.
    package typealias ContextMaker =
        @Sendable (GlobalOptions, any Console) throws -> CommandContext

    private let makeConsole: @Sendable (ConsoleWish) -> any Console
    private let makeContext: ContextMaker

    package init(
        makeConsole: @escaping @Sendable (ConsoleWish) -> any Console,
        makeContext: @escaping ContextMaker
    ) {
        self.makeConsole = makeConsole
        self.makeContext = makeContext
    }

    /// Parses, runs and reports; never throws, since this is where every failure ends.
    package func run(_ arguments: [String]) async -> Int32 {
        let verb: any ParsableCommand
        do {
            verb = try Spot.parseAsRoot(arguments)
        } catch {
            return reportParsing(error, arguments)
        }
        guard let verb = verb as? any SpotVerb else { return showHelp(verb, arguments) }
        let console = makeConsole(verb.global.console)
        let context: CommandContext
        do {
            context = try makeContext(verb.global, console)
            if let failure = context.settingsFailure, type(of: verb).needsSettings { throw failure }
        } catch {
            return report(error, of: verb, on: console)
        }
        do {
            return try await execute(verb, context)
        } catch {
            return report(error, of: verb, on: context.console)
        }
    }

    /// The first interrupt cancels the verb, which then cleans up; what it throws is what counts.
    private func execute(_ verb: any SpotVerb, _ context: CommandContext) async throws -> Int32 {
        do {
            let status = try await cancellable(verb, context)
            try context.console.checkDelivery()
            return status
        } catch {
            // What hindered the verb may hinder the undoing, too, and need not be said twice.
            for failure in await context.undo.run() where "\(failure)" != "\(error)" {
                context.console.report(failure)
            }
            throw error
        }
    }

    private func cancellable(_ verb: any SpotVerb, _ context: CommandContext) async throws -> Int32
    {
        guard let signals = context.signals else { return try await verb.execute(context) }
        return try await signals.cancelling(
            whenRequested: { _ in
                context.console.notice("stopping; Ctrl-C twice more leaves at once")
            }
        ) {
            try await verb.execute(context)
        }
    }

    private func report(_ error: any Error, of verb: any SpotVerb, on console: any Console) -> Int32
    {
        let status = ExitStatus.status(of: error, under: verb.convention)
        if error is ReaderGone { return status }
        if let validation = error as? ValidationError {
            return reportUsage(validation.message, "spot --help", on: console)
        }
        // Where exactly a cancelled verb was interrupted is nobody's concern, but what it left is.
        let hint = (error as? any Failure)?.hint
        let isPlain = status == ExitStatus.cancelled && hint == nil
        let shown: any Error = isPlain ? CancellationError() : error
        switch verb.convention {
        case .verb, .remoteCommands: show(shown, on: console)
        // Standard output is the remote command's.
        case .remoteCommand: console.report(shown)
        }
        return status
    }

    /// For people on standard error; with `--json` also as the one document on standard output.
    private func show(_ error: any Error, on console: any Console) {
        if console.traits.format == .json {
            try? console.data(json: ["error": FailureReport(error)])
        }
        console.report(error)
    }

    /// A bad flag or value, or a request for help or the version, which the parser throws too.
    private func reportParsing(_ error: any Error, _ arguments: [String]) -> Int32 {
        // Nothing was parsed, so the one flag that matters to a program is looked for by hand.
        let isJSON = arguments.prefix { $0 != "--" }.contains("--json")
        let console = makeConsole(ConsoleWish(format: isJSON ? .json : .text))
        guard Spot.exitCode(for: error) != .success else {
            console.data(Spot.fullMessage(for: error))
            return ExitStatus.success
        }
        let path = VerbPath(arguments)
        let known = (["spot"] + path.verbs).joined(separator: " ")
        let help = "'\(known) --help' shows what it takes"
        guard let stranger = path.stranger else {
            return reportUsage(Spot.message(for: error), help, on: console)
        }
        let typed = (path.verbs + [stranger]).joined(separator: " ")
        return reportUsage(
            "there is no verb '\(typed)'",
            path.nearest.map { "did you mean '\(known) \($0)'?" } ?? help,
            on: console
        )
    }

    private func reportUsage(_ message: String, _ hint: String, on console: any Console) -> Int32 {
        // The parser writes sentences, our messages are none.
        let cause = message.prefix(1).lowercased() + message.dropFirst()
        show(
            GeneralFailure(.usage, "cannot understand the command line: \(cause)", hint: hint),
            on: console
        )
        return ExitStatus.usage
    }

    /// `--help`, `--version`, and `spot` or `spot profile` alone: the parser's own commands, which throw
    /// what is to be shown.
    private func showHelp(_ command: any ParsableCommand, _ arguments: [String]) -> Int32 {
        var command = command
        do {
            try command.run()
            return ExitStatus.success
        } catch {
            return reportParsing(error, arguments)
        }
    }
}
