import Glibc
package import SystemPackage

/// A terminal without a screen: the test sits at one end, the program under test at the other.
package final class PseudoTerminal: Sendable {
    /// Where the test types and reads.
    package let master: FileDescriptor
    /// The program's end.
    package let terminal: FileDescriptor
    package let path: FilePath

    /// `TIOCSPTLCK` and `TIOCGPTN` of `ioctl_tty(2)`, whose macros Swift cannot read.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    /// - `isRaw`: bytes pass as they are, as a program that has set raw mode would have it.
    package init(columns: UInt16 = 80, rows: UInt16 = 24, isRaw: Bool = false) throws {
        master = try Self.open("/dev/ptmx")
        var unlock: CInt = 0
        var number: CUnsignedInt = 0
        guard unsafe ioctl(master.rawValue, Self.setLock, &unlock) == 0,
            unsafe ioctl(master.rawValue, Self.getNumber, &number) == 0
        else { throw Errno(rawValue: errno) }
        path = FilePath("/dev/pts/\(number)")
        terminal = try Self.open(path)
        resize(columns: columns, rows: rows)
        if isRaw {
            var settings = termios()
            guard unsafe tcgetattr(terminal.rawValue, &settings) == 0 else {
                throw Errno(rawValue: errno)
            }
            unsafe cfmakeraw(&settings)
            _ = unsafe tcsetattr(terminal.rawValue, TCSANOW, &settings)
        }
    }

    deinit {
        try? terminal.close()
        try? master.close()
    }

    /// Without making it the controlling terminal of the tests.
    private static func open(_ path: FilePath) throws -> FileDescriptor {
        let descriptor = unsafe Glibc.open(path.string, O_RDWR | O_NOCTTY | O_CLOEXEC)
        guard descriptor >= 0 else { throw Errno(rawValue: errno) }
        return FileDescriptor(rawValue: descriptor)
    }

    package func resize(columns: UInt16, rows: UInt16) {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        _ = unsafe ioctl(master.rawValue, UInt(TIOCSWINSZ), &size)
    }

    /// The size that the program would find.
    package var size: (columns: Int, rows: Int) {
        var size = winsize()
        _ = unsafe ioctl(terminal.rawValue, UInt(TIOCGWINSZ), &size)
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Types on the keyboard.
    package func type(_ text: String) throws {
        try master.writeAll(text.utf8)
    }

    /// Reads the screen until `text` has appeared, and answers all that came with it; what came so
    /// far, without it, when it does not come within ten seconds.
    package func read(until text: String) throws -> String {
        var seen: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while !String(decoding: seen, as: UTF8.self).contains(text) {
            var entry = pollfd(fd: master.rawValue, events: Int16(POLLIN), revents: 0)
            guard unsafe poll(&entry, 1, 10_000) == 1 else { break }
            let count = unsafe try chunk.withUnsafeMutableBytes { unsafe try master.read(into: $0) }
            seen += chunk[..<count]
        }
        return String(decoding: seen, as: UTF8.self)
    }
}
