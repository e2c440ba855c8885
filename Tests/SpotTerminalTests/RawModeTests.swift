import SpotTerminal
import SpotTestSupport
import SystemPackage
import Testing

@Suite(.serialized) struct RawModeTests {
    private struct Broken: Error {}

    private func isOrdinary(_ terminal: PseudoTerminal) -> Bool {
        let flags = terminal.flags
        return flags.echo && flags.canonical && flags.signals
    }

    @Test func `every key passes while it lasts, and everything is as before afterwards`() throws {
        let terminal = try PseudoTerminal()
        #expect(isOrdinary(terminal))
        do {
            let mode = try RawMode.enter(TerminalDevice(terminal.screen))
            let flags = terminal.flags
            #expect(!flags.echo && !flags.canonical && !flags.signals)
            _ = consume mode
        }
        #expect(isOrdinary(terminal))
    }

    @Test func `Ctrl-C is a byte like any other`() throws {
        let terminal = try PseudoTerminal()
        let mode = try RawMode.enter(TerminalDevice(terminal.screen))
        try terminal.type("\u{3}")
        var byte: [UInt8] = [0]
        let count = try unsafe byte.withUnsafeMutableBytes {
            unsafe try terminal.screen.read(into: $0)
        }
        #expect(count == 1 && byte == [3])
        _ = consume mode
    }

    @Test func `an error on the way out gives the terminal back`() throws {
        let terminal = try PseudoTerminal()
        let device = TerminalDevice(terminal.screen)
        func work() throws {
            let mode = try RawMode.enter(device)
            defer { _ = mode }
            throw Broken()
        }
        #expect(throws: Broken.self) { try work() }
        #expect(isOrdinary(terminal))
    }

    @Test func `raw modes may be nested`() throws {
        let terminal = try PseudoTerminal()
        let device = TerminalDevice(terminal.screen)
        let outer = try RawMode.enter(device)
        do {
            let inner = try RawMode.hideKeys(of: device)
            #expect(!terminal.flags.echo)
            _ = consume inner
        }
        #expect(!terminal.flags.canonical)
        _ = consume outer
        #expect(isOrdinary(terminal))
    }

    @Test func `a terminal that has gone is no crash`() throws {
        let gone: FileDescriptor
        do {
            let terminal = try PseudoTerminal()
            gone = try terminal.screen.duplicate()
            let mode = try RawMode.enter(TerminalDevice(gone))
            try gone.close()
            _ = consume mode
        }
    }
}
