package import SSHClient
import SpotInstances

/// How far the way to a usable machine is.
package enum ReadinessPhase: Hashable, Sendable {
    /// The console has not shown the host key yet.
    case hostKey
    /// Connections fail, so far for this reason.
    case connecting(SSHError.Reason?)
    /// The server is there but does not know our key yet.
    case login
    /// The host key that came with the user data is being replaced.
    case freshHostKey
    /// Something did not go as it should, and the machine will be ready all the same: to be shown for
    /// good, not only until the next phase.
    case warning(String)
    /// cloud-init is still at work.
    case cloudInit

    /// As it reads on a status line.
    package var text: String {
        switch self {
        case .hostKey: "waiting for its host key on the console"
        case .connecting(.refused): "booting: SSH refused"
        case .connecting(.timedOut): "booting: SSH does not answer yet"
        case .connecting: "connecting"
        case .login: "booting: login refused"
        case .warning(let text): text
        case .freshHostKey: "making a fresh host key"
        case .cloudInit: "checking cloud-init"
        }
    }
}

/// Receives each phase as it begins.
package typealias ReadinessReporter = @Sendable (ReadinessPhase) -> Void
