package import SSHKeys
internal import SpotSupport

/// A logged-in connection to one host.
///
/// A thread of its own owns the connection and all its channels and waits in one `poll(2)`; every
/// operation here hands it work and waits for the end. Several operations may run at once. When the
/// last reference goes, the connection is closed.
package final class SSHSession: Sendable {
    init() {}
}

extension SSHSession {
    /// Connects, checks the host's key and logs in.
    package static func connect(
        to endpoint: SSHEndpoint,
        user: String,
        identity: SSHIdentity,
        hostKeyPolicy: HostKeyPolicy,
        deadlines: SSHDeadlines = .standard
    ) async throws(SSHError) -> SSHSession {
        throw SSHError(.closed, "cannot connect: the session is not built yet")
    }

    /// The key a host offers, without logging in: for showing a fingerprint, never for trusting it.
    package static func hostKey(
        of endpoint: SSHEndpoint,
        preferring algorithms: [KeyAlgorithm] = [],
        deadlines: SSHDeadlines = .standard
    ) async throws(SSHError) -> PublicKey {
        throw SSHError(.closed, "cannot connect: the session is not built yet")
    }

    /// Ends the connection and whatever runs over it.
    package func close() async {}

    /// Runs a command to its end. A status other than zero is returned, not thrown.
    package func run(
        _ command: RemoteCommand,
        input: InputSource = .none,
        output: OutputSink = .discard,
        errors: OutputSink = .discard,
        limit: Duration? = nil
    ) async throws(SSHError) -> RemoteExit {
        throw SSHError(.closed, "cannot run: the session is not built yet")
    }

    /// Runs a command to its end and answers what it said, up to `maximum` bytes of each stream.
    package func capture(
        _ command: RemoteCommand,
        input: InputSource = .none,
        maximum: Int = 1 << 20,
        limit: Duration? = nil
    ) async throws(SSHError) -> CapturedOutput {
        throw SSHError(.closed, "cannot run: the session is not built yet")
    }

    /// Gives the person a shell, or one command, on a terminal of the other side.
    package func interact(
        on terminal: InteractiveTerminal,
        command: String? = nil,
        environment: [(name: String, value: String)] = []
    ) async throws(SSHError) -> InteractiveEnd {
        throw SSHError(.closed, "cannot run: the session is not built yet")
    }

    /// Sends files and directories as `cp -R` would.
    package func upload(
        _ sources: [UploadSource],
        to destination: RemotePath,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws(SSHError) -> TransferReport {
        throw SSHError(.closed, "cannot run: the session is not built yet")
    }

    /// Fetches files and directories as `cp -R` would.
    package func download(
        _ sources: [RemotePath],
        to target: DownloadTarget,
        progress: @escaping @Sendable (TransferProgress) -> Void = { _ in }
    ) async throws(SSHError) -> TransferReport {
        throw SSHError(.closed, "cannot run: the session is not built yet")
    }
}
