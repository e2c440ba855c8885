/// Opens a channel and starts something on it, one request after the other.
final class ChannelSetup {
    /// What the channel is for.
    enum Purpose {
        case shell
        case command(String)
        case subsystem(String)
    }

    private enum Stage {
        case opening
        case variable(Int)
        case terminal
        case starting
        case ready
    }

    private let connection: Connection
    private let purpose: Purpose
    private let window: UInt32
    private let variables: [(name: String, value: String)]
    private let terminal: TerminalRequest?
    private var stage = Stage.opening
    private var channel: Channel?
    /// How often a refusal is not believed, where channels of ours are still being given back.
    private var tries: Int
    private var waitsForRoom = false

    init(
        _ purpose: Purpose,
        on connection: Connection,
        window: UInt32,
        variables: [(name: String, value: String)] = [],
        terminal: TerminalRequest? = nil,
        tries: Int = 10
    ) {
        self.purpose = purpose
        self.connection = connection
        self.window = window
        self.variables = variables
        self.terminal = terminal
        self.tries = tries
    }

    /// The peer has opened the channel, whatever is to happen on it.
    var hasOpened: Bool {
        if case .opening = stage { false } else { true }
    }

    /// The other side may have begun what the channel is for.
    var hasAskedToStart: Bool {
        switch stage {
        case .opening, .variable, .terminal: false
        case .starting, .ready: true
        }
    }

    /// Goes as far as possible; true when the channel is ready to be taken.
    func advance() throws(SSHError) -> Bool {
        while true {
            switch stage {
            case .opening:
                guard try open() else { return false }
                stage = .variable(0)
            case .variable(let index):
                guard index < variables.count else {
                    stage = .terminal
                    continue
                }
                let (name, value) = variables[index]
                guard case .done? = try channel?.handle.setVariable(name, to: value) else {
                    return false
                }
                stage = .variable(index + 1)
            case .terminal:
                if let terminal {
                    guard case .done? = try channel?.handle.requestTerminal(terminal) else {
                        return false
                    }
                }
                stage = .starting
            case .starting:
                guard case .done? = try start() else { return false }
                stage = .ready
            case .ready:
                return true
            }
        }
    }

    /// The open channel, once.
    func take() -> Channel? {
        channel.take()
    }

    /// Gives up without breaking libssh2's rule that a begun opening is finished.
    func abandon() {
        tries = 0
        if connection.opener == ObjectIdentifier(self) {
            connection.adopt(self)
        } else if let channel = channel.take() {
            connection.retire(channel)
        }
    }

    /// For `Connection`: true when an abandoned opening is over.
    func finishAbandoned() throws(SSHError) -> Bool {
        do throws(SSHError) {
            guard try open() else { return false }
        } catch  where error.reason == .channelRefused {
            return true
        }
        if let channel = channel.take() { connection.retire(channel) }
        return true
    }

    private func open() throws(SSHError) -> Bool {
        let me = ObjectIdentifier(self)
        guard connection.opener == nil || connection.opener == me else { return false }
        if waitsForRoom, !connection.isTidy { return false }
        waitsForRoom = false
        connection.opener = me
        do throws(SSHError) {
            guard let opened = try unsafe connection.session.openChannel(window: window) else {
                return false
            }
            connection.opener = nil
            channel = Channel(unsafe ChannelHandle(owning: opened, of: connection))
            return true
        } catch  where error.reason == .channelRefused && connection.hasTakenMany && tries > 0 {
            connection.opener = nil
            tries -= 1
            waitsForRoom = true
            return try open()
        } catch {
            connection.opener = nil
            throw error
        }
    }

    private func start() throws(SSHError) -> Progress? {
        switch purpose {
        case .shell: try channel?.handle.start("shell", nil)
        case .command(let line): try channel?.handle.start("exec", line)
        case .subsystem(let name): try channel?.handle.start("subsystem", name)
        }
    }
}
