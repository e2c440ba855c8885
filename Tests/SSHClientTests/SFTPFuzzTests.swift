import SSHKeys
import SpotSupport
import SpotTestSupport
import Testing

@testable import SSHClient

/// Random damage to what a server says must never do worse than end the conversation.
@Suite(.timeLimit(.minutes(1)))
struct SFTPFuzzTests {
    /// Packets of every kind, for the requests that a conversation has open.
    private static func session() -> [UInt8] {
        let file = SFTPAttributes(size: 9, mode: 0o100644)
        var greeting = WireWriter()
        greeting.append(byte: 2)
        greeting.append(uint32: 3)
        greeting.append(text: "limits@openssh.com")
        greeting.append(text: "1")
        var framed = WireWriter()
        framed.append(string: greeting.bytes)
        return framed.bytes
            + ScriptedFileServer.attributes(1, file)
            + ScriptedFileServer.handle(2, "handle")
            + ScriptedFileServer.names(3, [("a", file), ("b", file)])
            + ScriptedFileServer.data(4, Array("content".utf8))
            + ScriptedFileServer.status(5, .endOfFile)
    }

    private static func feed(_ bytes: [UInt8], pieces: Int) -> (answers: Int, isBroken: Bool) {
        let conversation = SFTPConversation()
        var answers = 0
        for number in 0..<5 {
            conversation.send(.status([UInt8(number)])) { _ in answers += 1 }
        }
        var rest = bytes[...]
        do {
            while !rest.isEmpty {
                try conversation.receive(rest.prefix(pieces))
                rest = rest.dropFirst(pieces)
            }
            return (answers, false)
        } catch {
            return (answers, true)
        }
    }

    @Test(arguments: [1, 2, 3, 7, 64, 10_000])
    func `an undamaged session is understood in pieces of any size`(pieces: Int) {
        let result = Self.feed(Self.session(), pieces: pieces)
        #expect(result.answers == 5)
        #expect(!result.isBroken)
    }

    @Test func `every cut leaves it waiting, not broken`() {
        let bytes = Self.session()
        for count in bytes.indices {
            #expect(!Self.feed(Array(bytes[..<count]), pieces: 16).isBroken)
        }
    }

    @Test func `twenty thousand damaged sessions are survived`() {
        let bytes = Self.session()
        var random = SeededGenerator(seed: 42)
        for _ in 0..<20_000 {
            var damaged = bytes
            for _ in 0..<Int.random(in: 1...6, using: &random) {
                let index = Int.random(in: damaged.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: damaged[index] = UInt8.random(in: .min ... .max, using: &random)
                case 1: damaged[index] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2 where damaged.count > 20: damaged.remove(at: index)
                default: damaged.insert(0xFF, at: index)
                }
            }
            _ = Self.feed(damaged, pieces: Int.random(in: 1...64, using: &random))
        }
    }

    @Test func `what a request says is what the draft says`() {
        let request = SFTPRequest.open(
            Array("/a".utf8),
            [.write, .create],
            SFTPAttributes(mode: 0o644)
        )
        #expect(
            request.packet(id: 9) == [
                0, 0, 0, 23, 3, 0, 0, 0, 9, 0, 0, 0, 2, 0x2F, 0x61, 0, 0, 0, 0x0A, 0, 0, 0, 4, 0, 0,
                1, 0xA4,
            ]
        )
        #expect(
            SFTPRequest.writeHead(id: 1, handle: [0x68], offset: 3, count: 2) == [
                0, 0, 0, 24, 6, 0, 0, 0, 1, 0, 0, 0, 1, 0x68, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 2,
            ]
        )
    }
}
