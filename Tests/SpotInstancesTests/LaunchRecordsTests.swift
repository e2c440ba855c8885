import SSHKeys
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct LaunchRecordsTests {
    private let scratch: ScratchDirectory
    private let records: LaunchRecords
    private let name: MachineName

    init() throws {
        scratch = try ScratchDirectory()
        records = LaunchRecords(directory: scratch("launches"))
        name = try MachineName("web")
    }

    private func key() throws -> PrivateKey { try PrivateKey.generateEd25519(comment: "") }

    @Test func `every try of a launch has the first one's key`() throws {
        let first = try key()
        #expect(try records.hostKey(name, generation: 1, orKeep: first) == first)
        #expect(try records.hostKey(name, generation: 1, orKeep: key()) == first)
        #expect(try records.hostKey(name, generation: 1) == first)
    }

    @Test func `all keys of a name go together, and those of other names stay`() throws {
        let other = try MachineName("web.1")
        for generation in 1...2 {
            _ = try records.hostKey(name, generation: generation, orKeep: key())
        }
        _ = try records.hostKey(other, generation: 3, orKeep: key())
        try records.forgetAll(name)
        #expect(try records.hostKey(name, generation: 1) == nil)
        #expect(try records.hostKey(name, generation: 2) == nil)
        #expect(try records.hostKey(other, generation: 3) != nil)
        try records.forgetAll(try MachineName("never"))
    }

    @Test func `each generation and each name has its own key`() throws {
        let (first, second) = (try key(), try key())
        _ = try records.hostKey(name, generation: 1, orKeep: first)
        #expect(try records.hostKey(name, generation: 2) == nil)
        #expect(try records.hostKey(MachineName("web.1"), generation: 1) == nil)
        #expect(try records.hostKey(name, generation: 2, orKeep: second) == second)
    }

    @Test func `a forgotten key is gone, and forgetting again is harmless`() throws {
        _ = try records.hostKey(name, generation: 1, orKeep: key())
        try records.forget(name, generation: 1)
        try records.forget(name, generation: 1)
        #expect(try records.hostKey(name, generation: 1) == nil)
    }

    @Test func `a file that holds no key is as good as none`() throws {
        _ = try records.hostKey(name, generation: 1, orKeep: key())
        try scratch.write(Array("cut".utf8), to: "launches/web.1")
        #expect(try records.hostKey(name, generation: 1) == nil)
    }
}
