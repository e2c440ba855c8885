import SpotTerminal
import SpotTestSupport
import SystemPackage
import Testing

struct TerminalDeviceTests {
    @Test func `a terminal knows its size, also after a change`() throws {
        let terminal = try PseudoTerminal(columns: 132, rows: 43)
        let device = TerminalDevice(terminal.device)
        #expect(device.isTerminal)
        #expect(device.size == TerminalSize(columns: 132, rows: 43))
        try terminal.resize(columns: 40, rows: 10)
        #expect(device.size == TerminalSize(columns: 40, rows: 10))
    }

    @Test func `a terminal without a size does not invent one`() throws {
        let terminal = try PseudoTerminal(columns: 0, rows: 0)
        #expect(TerminalDevice(terminal.device).size == nil)
    }

    @Test func `a file is no terminal`() throws {
        let file = try FileDescriptor.open(FilePath("/dev/null"), .readOnly)
        defer { try? file.close() }
        #expect(!TerminalDevice(file).isTerminal)
        #expect(TerminalDevice(file).size == nil)
        #expect(throws: TerminalError.self) { _ = try RawMode.enter(TerminalDevice(file)) }
    }
}
