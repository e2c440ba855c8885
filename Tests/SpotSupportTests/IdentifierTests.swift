import FoundationEssentials
import SpotSupport
import Testing

struct IdentifierTests {
    private struct MachineID: Identifier {
        let rawValue: String

        init(rawValue: String) { self.rawValue = rawValue }
    }

    @Test func `identifiers sort and print as their text`() {
        let sorted = [MachineID("i-2"), MachineID("i-1")].sorted()
        #expect(sorted.map(\.description) == ["i-1", "i-2"])
    }

    @Test func `an identifier is encoded as a plain string`() throws {
        let json = try JSONEncoder().encode([MachineID("i-1")])
        #expect(String(decoding: json, as: UTF8.self) == #"["i-1"]"#)
        #expect(try JSONDecoder().decode([MachineID].self, from: json) == [MachineID("i-1")])
    }
}
