import SpotSupport
import Synchronization

/// Asks a person for the codes of authentication devices, once a device.
///
/// A second question would come in the middle of a long command that nobody watches.
package final class MFACodes: Sendable {
    /// Asks for the code of the device with this serial number or ARN.
    package typealias Question = @Sendable (_ device: String) async throws -> String

    private let ask: Question?
    private let asked = Mutex<Set<String>>([])

    /// Without a question every need for a code is an error.
    package init(ask: Question? = nil) {
        self.ask = ask
    }

    func code(of device: String, for place: String) async throws(AWSConfigurationError) -> String {
        guard let ask else {
            throw .denied(
                "cannot use \(place): it wants a code of \(device) and nobody can be asked"
            )
        }
        guard asked.withLock({ $0.insert(device).inserted }) else {
            throw .denied(
                "cannot renew the session of \(place): it would want another code of \(device)",
                hint: "run the command again, or raise duration_seconds"
            )
        }
        do {
            return try await ask(device).trimmed
        } catch {
            throw .denied(
                "cannot use \(place): it wants a code of \(device): \(error)",
                hint: "run a command in a terminal first; the session is kept for the next ones",
                cause: error
            )
        }
    }
}
