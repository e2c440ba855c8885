internal import SpotSupport

/// A session with all that its thread keeps about it.
///
/// It never leaves that thread.
final class Connection {
    let session: SessionHandle
    var stream: SocketStream { session.stream }
    /// libssh2 opens one channel at a time: who is about it.
    var opener: ObjectIdentifier?
    /// Channels that transfers have beyond their first ones.
    var furtherLanes = 0 {
        didSet { if furtherLanes > 0 { hasTakenMany = true } }
    }
    /// So many channels were taken that the server may have none left for a moment.
    private(set) var hasTakenMany = false
    /// No channel waits to be closed.
    var isTidy: Bool { closing.isEmpty && leftovers.isEmpty }
    /// Channels given up while the peer has still to answer.
    private var leftovers: [ChannelSetup] = []
    private var closing: [Channel] = []

    init(session: consuming SessionHandle) {
        self.session = session
    }

    /// Takes a channel that nobody wants any more, and closes it in its own time.
    func retire(_ channel: Channel) {
        closing.append(channel)
    }

    /// Takes a channel whose opening the peer has not answered.
    func adopt(_ setup: ChannelSetup) {
        leftovers.append(setup)
    }

    /// Goes on closing what was given up.
    func tidy() throws(SSHError) {
        for setup in leftovers where try setup.finishAbandoned() {
            leftovers.removeAll { $0 === setup }
        }
        closing.removeAll { $0.hasClosed() }
    }

    /// Lets go of everything; the session then ends with its last user.
    func dissolve() {
        leftovers.removeAll()
        closing.removeAll()
    }
}
