internal import SpotSupport
internal import SystemPackage

/// One remote command or shell: its channel, its three streams, its end.
final class CommandActivity: Activity {
    /// How much of a channel may be on its way to us.
    private static let window: UInt32 = 2 << 20
    /// What one read takes, and how many of them make a round.
    private static let readSize = 128 << 10
    private static let readsPerRound = 16

    /// A terminal has no other way to say that nothing more will be typed: once to end the line that
    /// was begun, once for the end itself.
    private static let endOfTyping: [UInt8] = [4, 4]

    /// Ctrl-C.
    private static let interrupt: UInt8 = 3

    private(set) var output: InteractiveEnd?
    private let connection: Connection
    private let setup: ChannelSetup
    private let setupDeadline: Deadline
    private let terminal: InteractiveTerminal?
    private var escapes: EscapeScanner?
    private var channel: Channel?
    private var inputPipe: InputPipe
    private var outputPipe: OutputPipe
    private var errorPipe: OutputPipe
    private var buffer = [UInt8](repeating: 0, count: readSize)
    private var owesResize = false
    private var hasSentEnd = false
    private var hasReadAll = false
    private let endsWithCaller: Bool
    private var isStopping = false
    /// Ends the command from a channel of its own.
    private var stopper: CommandActivity?

    /// A command between streams.
    init(
        _ command: RemoteCommand,
        input: InputSource,
        output: OutputSink,
        errors: OutputSink,
        endsWithCaller: Bool = false,
        on connection: Connection,
        setupDeadline: Deadline
    ) {
        self.connection = connection
        self.setupDeadline = setupDeadline
        setup = ChannelSetup(
            .command(command.line),
            on: connection,
            window: Self.window,
            variables: command.environment,
            terminal: command.terminal
        )
        terminal = nil
        self.endsWithCaller = endsWithCaller
        inputPipe = InputPipe(from: input)
        outputPipe = OutputPipe(to: output)
        errorPipe = OutputPipe(to: errors)
    }

    /// A shell, or one command, in front of a person.
    init(
        on terminal: InteractiveTerminal,
        command: String?,
        environment: [(name: String, value: String)],
        on connection: Connection,
        setupDeadline: Deadline
    ) {
        self.connection = connection
        self.setupDeadline = setupDeadline
        setup = ChannelSetup(
            command.map { .command($0) } ?? .shell,
            on: connection,
            window: Self.window,
            variables: environment,
            terminal: TerminalRequest(type: terminal.type, size: terminal.size())
        )
        self.terminal = terminal
        endsWithCaller = false
        escapes = terminal.hasEscapes ? EscapeScanner() : nil
        inputPipe = InputPipe(from: .descriptor(terminal.input))
        outputPipe = OutputPipe(to: .descriptor(terminal.output))
        errorPipe = OutputPipe(to: .descriptor(terminal.output))
    }

    func addInterests(to set: inout PollSet) {
        guard channel != nil || terminal != nil else { return }
        if !isStopping { inputPipe.addInterests(to: &set) }
        outputPipe.addInterests(to: &set)
        errorPipe.addInterests(to: &set)
        if let resizes = terminal?.resizes { set.watch(resizes.rawValue, for: .input) }
    }

    func advance(ready: PollSet) throws(SSHError) -> Bool {
        guard let channel = try openChannel() else { return try listen(ready: ready) }
        var moved = try outputPipe.advance(ready: ready)
        if try errorPipe.advance(ready: ready) { moved = true }
        if try receive(.output, from: channel) { moved = true }
        if try receive(.errors, from: channel) { moved = true }
        // What is typed after a resize meets the new size.
        try passResize(to: channel, ready: ready)
        if !isStopping, try send(to: channel, ready: ready) { moved = true }
        if try advanceStopper(ready: ready) { moved = true }
        try finish(channel)
        return moved
    }

    func stop(isAlone: Bool, within patience: Duration) -> Bool {
        guard endsWithCaller, channel != nil || setup.hasAskedToStart else { return false }
        isStopping = true
        // Among several the stopper could not tell which one is meant.
        guard isAlone else { return false }
        stopper = CommandActivity(
            StopScript.command,
            input: .none,
            output: .discard,
            errors: .discard,
            on: connection,
            setupDeadline: Deadline(in: patience, of: SystemTime())
        )
        return true
    }

    var hasStopped: Bool { stopper.map { $0.output != nil && output != nil } ?? true }

    var remains: String? {
        isStopping && output == nil ? "the remote command may still be running" : nil
    }

    /// The command's end is what counts, not the stopper's, unless that never ran.
    private func advanceStopper(ready: PollSet) throws(SSHError) -> Bool {
        guard let stopper, stopper.output == nil else { return false }
        do throws(SSHError) {
            return try stopper.advance(ready: ready)
        } catch  where error.reason == .channelRefused || error.reason == .requestRefused {
            stopper.abandon()
            self.stopper = nil
            return true
        }
    }

    func abandon() {
        stopper?.abandon()
        setup.abandon()
        if let channel = channel.take() { connection.retire(channel) }
    }

    private func openChannel() throws(SSHError) -> Channel? {
        if let channel { return channel }
        if try setup.advance() {
            channel = setup.take()
        } else if setupDeadline.hasPassed {
            throw SSHError(
                .timedOut,
                "cannot start the remote command: no answer within \(setupDeadline.limit.spoken)"
            )
        }
        return channel
    }

    /// While the other side does not answer yet, the person can already leave; nobody else would
    /// hear Ctrl-C on a terminal in raw mode.
    private func listen(ready: PollSet) throws(SSHError) -> Bool {
        guard terminal != nil else { return false }
        var isInterrupted = false
        var moved = try inputPipe.fill(ready: ready) { typed in
            isInterrupted = typed.contains(Self.interrupt)
            return scan(typed)
        }
        if isInterrupted { throw SSHError.cancelledByCaller }
        if try outputPipe.advance(ready: ready) { moved = true }
        return moved
    }

    private func receive(_ stream: ChannelHandle.Stream, from channel: Channel) throws(SSHError)
        -> Bool
    {
        var moved = false
        for _ in 0..<Self.readsPerRound {
            // Whoever stops it may not be reading any more.
            let hasRoom = stream == .output ? outputPipe.hasRoom : errorPipe.hasRoom
            guard hasRoom || isStopping, !hasReadAll else { break }
            switch try channel.read(stream, into: &buffer) {
            case .nothingYet: return moved
            case .end: hasReadAll = true
            case .bytes(let count):
                if !hasRoom {
                    break
                } else if stream == .output {
                    outputPipe.accept(buffer[..<count])
                } else {
                    errorPipe.accept(buffer[..<count])
                }
            }
            moved = true
        }
        return moved
    }

    private func send(to channel: Channel, ready: PollSet) throws(SSHError) -> Bool {
        guard !hasSentEnd, !hasReadAll else { return false }
        var moved = try inputPipe.fill(ready: ready) { typed in scan(typed) }
        if output != nil { return true }
        if try inputPipe.empty(into: channel) { moved = true }
        if inputPipe.hasEnded, inputPipe.isEmpty {
            if terminal != nil {
                inputPipe.append(Self.endOfTyping)
                hasSentEnd = true
                return try inputPipe.empty(into: channel) || moved
            }
            guard case .done = try channel.handle.sendEnd() else { return moved }
            hasSentEnd = true
            moved = true
        }
        return moved
    }

    /// What of the typing is meant for the other side; nil for all of it.
    private func scan(_ typed: ArraySlice<UInt8>) -> [UInt8]? {
        guard let found = escapes?.scan(typed) else { return nil }
        if found.wantsExplanation { outputPipe.accept(Array(EscapeScanner.explanation.utf8)[...]) }
        if found.wantsToLeave { output = .left }
        return found.bytes
    }

    private func passResize(to channel: Channel, ready: PollSet) throws(SSHError) {
        guard let terminal, let resizes = terminal.resizes else { return }
        if ready.isReady(resizes.rawValue, for: .input) {
            LocalDescriptor.drain(resizes.rawValue)
            owesResize = true
        }
        guard owesResize, case .done = try channel.handle.resizeTerminal(to: terminal.size()) else {
            return
        }
        owesResize = false
    }

    private func finish(_ channel: Channel) throws(SSHError) {
        guard hasReadAll, output == nil else { return }
        inputPipe.close()
        guard case .done = try channel.handle.waitClosed() else { return }
        if isStopping || outputPipe.isEmpty && errorPipe.isEmpty {
            output = .exited(channel.handle.exit)
        }
    }
}
