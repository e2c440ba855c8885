package import SSHKeys
internal import SpotSupport
internal import SystemPackage

/// The program that holds a person's unlocked keys and signs with them
/// (draft-ietf-sshm-ssh-agent).
///
/// Its calls block the thread: use it from `BlockingPool` or from a thread of one's own.
package struct SSHAgent: Sendable {
    /// The person may have to touch a device or to agree in a window before it signs.
    static let signingLimit = Duration.seconds(60)
    private static let listingLimit = Duration.seconds(5)

    private let socket: String

    /// - Parameter socket: The path of its Unix socket.
    package init(socket: String) {
        self.socket = socket
    }

    /// The agent that `SSH_AUTH_SOCK` names, if it does.
    package init?(environment: [String: String]) {
        guard let socket = environment["SSH_AUTH_SOCK"], !socket.isEmpty else { return nil }
        self.init(socket: socket)
    }

    /// The keys it would sign with now; a locked agent shows none.
    /// - Throws: `SSHError`, `.agentRefused`, where nobody answers or the answer is not understood.
    package func keys() throws(SSHError) -> [PublicKey] {
        let answer = try ask(.listKeys, limit: Self.listingLimit)
        guard answer.kind == .keys else { throw failure("it does not list its keys") }
        var reader = WireReader(answer.body)
        guard let count = reader.uint32() else { throw failure("it answers nonsense") }
        var keys: [PublicKey] = []
        for _ in 0..<count {
            guard let blob = reader.string(), let comment = reader.text() else {
                throw failure("it answers nonsense")
            }
            // Keys of kinds that have no public key form are nobody's concern here.
            if let key = try? PublicKey(blob: Array(blob), comment: comment) { keys.append(key) }
        }
        return keys
    }

    /// A signature under the name `algorithm`: what stands inside the wire form's second string.
    /// - Throws: `SSHError`, `.agentRefused`, also where the person said no.
    package func signature(
        over message: [UInt8],
        with key: PublicKey,
        algorithm: KeyAlgorithm
    ) throws(SSHError) -> [UInt8] {
        var body = WireWriter()
        body.append(string: key.blob)
        body.append(string: message)
        body.append(uint32: algorithm == .rsaSHA512 ? AgentMessage.rsaSHA512Flag : 0)
        let question = AgentMessage(.sign, body.bytes)
        let answer = try ask(question, limit: Self.signingLimit)
        guard answer.kind == .signature else {
            throw failure("it refuses to sign with the key \(key)")
        }
        var outer = WireReader(answer.body)
        guard let signature = outer.string(), outer.isAtEnd else {
            throw failure("it answers nonsense")
        }
        var inner = WireReader(signature)
        guard let name = inner.text(), let bytes = inner.string(), inner.isAtEnd else {
            throw failure("its signature with the key \(key) has a form that cannot be used")
        }
        guard name == algorithm.rawValue else {
            throw failure("it signs as \(name.prefix(64)) where \(algorithm) was asked for")
        }
        return Array(bytes)
    }

    private func ask(_ question: AgentMessage, limit: Duration) throws(SSHError) -> AgentMessage {
        let deadline = Deadline(in: limit, of: SystemTime())
        do throws(AgentSocket.Failure) {
            let connection = try AgentSocket(path: socket)
            try connection.send(question.framed, before: deadline)
            let head = try connection.receive(4, before: deadline)
            let length = head.reduce(0) { $0 << 8 | Int($1) }
            guard (1...AgentMessage.maximumLength).contains(length) else {
                throw .nonsense
            }
            return AgentMessage(received: try connection.receive(length, before: deadline))
        } catch {
            switch error {
            case .system(let errno):
                throw failure("\(socket): \(errno.description.lowercased())")
            case .ended: throw failure("it hung up")
            case .overdue: throw failure("no answer within \(limit.spoken)")
            case .nonsense: throw failure("it answers nonsense")
            }
        }
    }

    private func failure(_ cause: String) -> SSHError {
        SSHError(
            .agentRefused,
            "cannot use the ssh-agent: \(cause)",
            hint: "'ssh-add -l' shows whether it answers and what it holds"
        )
    }
}
