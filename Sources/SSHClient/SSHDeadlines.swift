/// How long each part of a connection may take.
package struct SSHDeadlines: Sendable, Hashable {
    /// For the TCP connection; an address that answers nothing needs it.
    package var connect: Duration
    /// From the connection to the end of the key exchange.
    package var handshake: Duration
    /// For the login.
    package var login: Duration
    /// For a channel to open, with its terminal, variables and command, or for the file server to
    /// answer the first time.
    package var channel: Duration
    /// How long the peer may be silent before it is asked for a sign of life, again and again; libssh2
    /// asks every two seconds at most.
    package var quiet: Duration
    /// How long the peer may be silent, questions and all, before it counts as gone.
    ///
    /// The standard leaves room for three unanswered questions and still ends within 15 s of the last
    /// sign of life.
    package var silence: Duration

    /// For what was cancelled, or ran out of time, to be ended or removed on the other side.
    package var stop: Duration

    package init(
        connect: Duration = .seconds(10),
        handshake: Duration = .seconds(15),
        login: Duration = .seconds(15),
        channel: Duration = .seconds(30),
        quiet: Duration = .milliseconds(3500),
        silence: Duration = .seconds(14),
        stop: Duration = .seconds(5)
    ) {
        self.connect = connect
        self.handshake = handshake
        self.login = login
        self.channel = channel
        self.quiet = quiet
        self.silence = silence
        self.stop = stop
    }

    /// The contract's limits.
    package static let standard = SSHDeadlines()
}
