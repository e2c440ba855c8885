package import SSHKeys
internal import SpotSupport

/// Decides whether the key that a host offers proves it to be the expected one.
///
/// There is no policy that accepts everything: `SSHSession.hostKey(of:)` looks at a key without
/// logging in.
package struct HostKeyPolicy: Sendable {
    private enum Rule: Sendable {
        case keys([PublicKey])
        case fingerprints([Fingerprint])
    }

    private let rule: Rule
    /// The types to ask the host for, the wanted ones first.
    package let algorithms: [KeyAlgorithm]

    /// What is offered unless a pin says otherwise; RSA is absent because libssh2 knows it with SHA-1
    /// only.
    private static let standardOrder: [KeyAlgorithm] = [
        .ed25519, .ecdsaP256, .ecdsaP384, .ecdsaP521,
    ]

    private init(_ rule: Rule, preferring pinned: [KeyAlgorithm]) {
        self.rule = rule
        let wanted = pinned.reduce(into: [KeyAlgorithm]()) { order, algorithm in
            if !order.contains(algorithm) { order.append(algorithm) }
        }
        algorithms = wanted + Self.standardOrder.filter { !wanted.contains($0) }
    }

    /// Exactly these keys.
    ///
    /// Their types are asked for first, since a host has several keys and offers one.
    package static func pinned(_ keys: [PublicKey]) -> HostKeyPolicy {
        HostKeyPolicy(.keys(keys), preferring: keys.map(\.algorithm))
    }

    /// Any key with one of these fingerprints, as a console log gives them.
    /// - `preferring`: the key types that the fingerprints were printed with, where known.
    package static func fingerprints(
        _ fingerprints: [Fingerprint],
        preferring algorithms: [KeyAlgorithm] = []
    ) -> HostKeyPolicy {
        HostKeyPolicy(.fingerprints(fingerprints), preferring: algorithms)
    }

    package func accepts(_ offered: PublicKey) -> Bool {
        switch rule {
        case .keys(let keys): keys.contains(offered)
        case .fingerprints(let known): known.contains(offered.fingerprint)
        }
    }

    /// The fingerprints that would have been accepted, as far as they are known.
    package var expected: [Fingerprint] {
        switch rule {
        case .keys(let keys): keys.map(\.fingerprint)
        case .fingerprints(let known): known
        }
    }
}
