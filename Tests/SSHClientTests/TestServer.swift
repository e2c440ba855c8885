import SSHClient
import SSHKeys
import SpotTestSupport

/// One real server for all suites that do it no harm.
enum TestServer {
    static let shared = Result { try SSHDaemon() }

    /// For what must happen at once, on a computer that is busy with other tests.
    static let patience = Duration.seconds(30)

    static func session(
        on daemon: SSHDaemon,
        port: UInt16? = nil,
        deadlines: SSHDeadlines = SSHDeadlines(stop: patience)
    ) async throws -> SSHSession {
        try await SSHSession.connect(
            to: SSHEndpoint(host: "127.0.0.1", port: port ?? daemon.port),
            user: daemon.user,
            identity: SSHIdentity(PrivateKey(text: daemon.identityText)),
            hostKeyPolicy: .pinned([PublicKey(line: daemon.hostKeyLine)]),
            deadlines: deadlines
        )
    }

    static func session() async throws -> SSHSession {
        try await session(on: shared.get())
    }
}
