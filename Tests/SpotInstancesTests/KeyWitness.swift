import SSHKeys
import Synchronization

/// Remembers a key that was seen on the way.
final class KeyWitness: Sendable {
    private let seen = Mutex<PublicKey?>(nil)

    var key: PublicKey? { seen.withLock { $0 } }

    func saw(_ key: PublicKey?) { seen.withLock { $0 = key } }
}
