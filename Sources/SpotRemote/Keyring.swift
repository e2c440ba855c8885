package import SSHClient
package import SSHKeys
import SpotSupport
package import SystemPackage

/// Makes key files fit to log in with: as they are, through an ssh-agent that holds the key, or with
/// the passphrase of a person.
///
/// What was unlocked once stays so.
package actor Keyring {
    /// Asks the person; nil where there is nobody to ask.
    package typealias PassphraseSource =
        @Sendable (_ question: String) async throws -> Passphrase?

    private static let tries = 3

    private let agent: SSHAgent?
    private let ask: PassphraseSource
    private var unlocked: [PublicKey: SSHIdentity] = [:]

    package init(agent: SSHAgent?, ask: @escaping PassphraseSource = { _ in nil }) {
        self.agent = agent
        self.ask = ask
    }

    /// - Parameter path: How messages name the key.
    /// - Throws: `GeneralFailure`, `transport`, that says what would unlock it.
    package func identity(of key: KeyFile, at path: FilePath) async throws -> SSHIdentity {
        if case .open(let key) = key { return SSHIdentity(key) }
        if let known = unlocked[key.publicKey] { return known }
        let identity = try await found(key, path)
        unlocked[key.publicKey] = identity
        return identity
    }

    private func found(_ key: KeyFile, _ path: FilePath) async throws -> SSHIdentity {
        let help = await helpOfAgent(with: key.publicKey)
        if case .signs(let identity) = help { return identity }
        switch key {
        case .locked(let locked):
            if let identity = try await unlock(locked, path) { return identity }
            throw help.failure(
                path,
                "it is protected by a passphrase, there is no terminal to ask for it"
            )
        case .open, .publicHalf:
            throw help.failure(path, "only its public half is there")
        }
    }

    /// Nil where there is nobody to ask.
    private func unlock(_ key: LockedKey, _ path: FilePath) async throws -> SSHIdentity? {
        var question = "passphrase of the key \(path)"
        for _ in 1..<Self.tries {
            guard let typed = try await ask(question) else { return nil }
            do throws(SSHKeyError) {
                return try await Self.unlocked(key, with: typed)
            } catch {
                guard error.reason == .wrongPassphrase else { throw Self.failure(error, path) }
                question = "that was wrong; passphrase of the key \(path)"
            }
        }
        guard let last = try await ask(question) else { return nil }
        do throws(SSHKeyError) {
            return try await Self.unlocked(key, with: last)
        } catch {
            throw Self.failure(error, path)
        }
    }

    private static func unlocked(_ key: LockedKey, with passphrase: Passphrase)
        async throws(SSHKeyError) -> SSHIdentity
    {
        SSHIdentity(
            try await BlockingPool.run { () throws(SSHKeyError) in
                try key.unlocked(with: passphrase)
            }
        )
    }

    private static func failure(_ error: SSHKeyError, _ path: FilePath) -> GeneralFailure {
        GeneralFailure(
            .transport,
            "cannot use the key \(path): "
                + error.message.replacing("cannot use the private key: ", with: ""),
            hint: error.hint?.replacing("FILE", with: ShellQuoting.quote(path.string))
        )
    }

    /// What an ssh-agent does for a key.
    private enum Help {
        case signs(SSHIdentity)
        case nobody
        case unknownKey(isEmpty: Bool)
        case broken(SSHError)

        func failure(_ path: FilePath, _ reason: String) -> GeneralFailure {
            let agent =
                switch self {
                case .signs: "the ssh-agent has it"
                case .nobody: "there is no ssh-agent (SSH_AUTH_SOCK is not set)"
                case .unknownKey(isEmpty: false): "the ssh-agent does not hold it"
                case .unknownKey(isEmpty: true): "the ssh-agent holds no keys or is locked"
                case .broken(let error): error.message.replacing("cannot use the", with: "the")
                }
            let file = path.extension == "pub" ? path.string.dropLast(4)[...] : path.string[...]
            var cause: (any Error)?
            if case .broken(let error) = self { cause = error }
            return GeneralFailure(
                .transport,
                "cannot use the key \(path): \(reason), and \(agent)",
                hint: "unlock it for a while with: ssh-add "
                    + ShellQuoting.quote(String(file)),
                cause: cause
            )
        }
    }

    private func helpOfAgent(with key: PublicKey) async -> Help {
        guard let agent else { return .nobody }
        do throws(SSHError) {
            let keys = try await BlockingPool.run { () throws(SSHError) in try agent.keys() }
            guard keys.contains(key) else { return .unknownKey(isEmpty: keys.isEmpty) }
            return .signs(SSHIdentity(key, in: agent))
        } catch {
            return .broken(error)
        }
    }
}
