import SSHClient
import SSHKeys
import SpotRemote
import SpotSupport
import SpotTestSupport
import Synchronization
import SystemPackage
import Testing

/// Keys under a passphrase, OpenSSH's own agent, and a person who answers or does not.
@Suite(.timeLimit(.minutes(1)))
struct KeyringTests {
    private let scratch: ScratchDirectory
    private let path: FilePath

    init() throws {
        scratch = try ScratchDirectory()
        path = scratch("id")
        let arguments = ["-q", "-t", "ed25519", "-N", "secret", "-a", "1", "-f", path.string]
        let result = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(arguments)
        try #require(result.status == 0, "\(result.talk)")
    }

    private func text(_ path: FilePath) throws -> String {
        String(decoding: try ScratchDirectory.read(path), as: UTF8.self)
    }

    private var locked: KeyFile { get throws { try KeyFile(text: text(path)) } }

    private func failure(_ keyring: Keyring, _ key: KeyFile) async -> GeneralFailure? {
        await #expect(throws: GeneralFailure.self) {
            _ = try await keyring.identity(of: key, at: path)
        }
    }

    @Test func `a passphrase is asked for once, and again where it was wrong`() async throws {
        let person = Person(["wrong", "secret"])
        let keyring = Keyring(agent: nil, ask: person.answer)
        let key = try locked
        for _ in 1...2 {
            #expect(try await keyring.identity(of: key, at: path).publicKey == key.publicKey)
        }
        #expect(
            person.questions == [
                "passphrase of the key \(path)", "that was wrong; passphrase of the key \(path)",
            ]
        )
    }

    @Test func `after three wrong ones it is given up`() async throws {
        let person = Person(["a", "b", "c", "secret"])
        let failure = await failure(Keyring(agent: nil, ask: person.answer), try locked)
        #expect(failure?.message == "cannot use the key \(path): the passphrase is wrong")
        #expect(person.questions.count == 3)
    }

    @Test func `without a terminal the error names the key and what would unlock it`() async throws
    {
        let failure = await failure(Keyring(agent: nil), try locked)
        #expect(
            failure?.message == """
                cannot use the key \(path): it is protected by a passphrase, there is no terminal to \
                ask for it, and there is no ssh-agent (SSH_AUTH_SOCK is not set)
                """
        )
        #expect(failure?.hint == "unlock it for a while with: ssh-add \(path)")
        #expect(failure?.kind == .transport)
    }

    @Test func `a dead agent is told`() async throws {
        let agent = SSHAgent(socket: scratch("gone").string)
        let failure = await failure(Keyring(agent: agent), try locked)
        #expect(
            failure?.message.hasSuffix(
                "and the ssh-agent: \(scratch("gone")): no such file or directory"
            ) == true
        )
    }

    @Test func `an agent that holds the key spares the question`() async throws {
        let agent = try RunningAgent()
        let open = scratch("open")
        try scratch.write(ScratchDirectory.read(path), to: "open")
        let arguments = ["-q", "-p", "-P", "secret", "-N", "", "-f", open.string]
        let changed = try ChildProcess("/usr/bin/ssh-keygen").runBlocking(arguments)
        try #require(changed.status == 0, "\(changed.talk)")
        let person = Person([])
        let client = SSHAgent(socket: agent.socket)
        let half = KeyFile.publicHalf(try locked.publicKey)
        let empty = await failure(Keyring(agent: client), half)
        #expect(empty?.message.hasSuffix("the ssh-agent holds no keys or is locked") == true)
        try agent.add(open.string)
        for key in [try locked, half] {
            let keyring = Keyring(agent: client, ask: person.answer)
            #expect(try await keyring.identity(of: key, at: path).publicKey == key.publicKey)
        }
        #expect(person.questions.isEmpty)
        let stranger = KeyFile.publicHalf(try PrivateKey.generateEd25519(comment: "").publicKey)
        let other = await failure(Keyring(agent: client, ask: person.answer), stranger)
        #expect(other?.message.hasSuffix("the ssh-agent does not hold it") == true)
    }
}

/// Gives these answers in turn, then none.
private final class Person: Sendable {
    private let state: Mutex<(answers: [String], questions: [String])>

    init(_ answers: [String]) {
        state = Mutex((answers, []))
    }

    var questions: [String] { state.withLock { $0.questions } }

    @Sendable func answer(_ question: String) async throws -> Passphrase? {
        state.withLock { state in
            state.questions.append(question)
            return state.answers.isEmpty ? nil : Passphrase(state.answers.removeFirst())
        }
    }
}
