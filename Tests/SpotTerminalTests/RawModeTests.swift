import SpotTerminal
import SpotTestSupport
import SystemPackage
import Testing

@Suite(.serialized) struct RawModeTests {
    private struct Broken: Error {}

    @Test func `every key passes while it lasts, and everything is as before afterwards`() throws {
        let terminal = try PseudoTerminal()
        #expect(terminal.mode == .cooked)
        do {
            let mode = try RawMode.enter(TerminalDevice(terminal.device))
            #expect(terminal.mode == .raw)
            _ = consume mode
        }
        #expect(terminal.mode == .cooked)
    }

    @Test func `Ctrl-C is a byte like any other`() throws {
        let terminal = try PseudoTerminal()
        let mode = try RawMode.enter(TerminalDevice(terminal.device))
        try terminal.type("\u{3}")
        var byte: [UInt8] = [0]
        let count = try unsafe byte.withUnsafeMutableBytes {
            unsafe try terminal.device.read(into: $0)
        }
        #expect(count == 1 && byte == [3])
        _ = consume mode
    }

    @Test func `an error on the way out gives the terminal back`() throws {
        let terminal = try PseudoTerminal()
        let device = TerminalDevice(terminal.device)
        func work() throws {
            let mode = try RawMode.enter(device)
            defer { _ = mode }
            throw Broken()
        }
        #expect(throws: Broken.self) { try work() }
        #expect(terminal.mode == .cooked)
    }

    @Test func `raw modes may be nested`() throws {
        let terminal = try PseudoTerminal()
        let device = TerminalDevice(terminal.device)
        let outer = try RawMode.enter(device)
        do {
            let inner = try RawMode.hideKeys(of: device)
            #expect(!terminal.mode.echoes)
            _ = consume inner
        }
        #expect(!terminal.mode.collectsLines)
        _ = consume outer
        #expect(terminal.mode == .cooked)
    }

    @Test func `a terminal that has gone is no crash`() throws {
        let gone: FileDescriptor
        do {
            let terminal = try PseudoTerminal()
            gone = try terminal.device.duplicate()
            let mode = try RawMode.enter(TerminalDevice(gone))
            try gone.close()
            _ = consume mode
        }
    }
}
