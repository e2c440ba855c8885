import Glibc
import SpotSupport
import SpotTerminal
import SystemPackage
import Testing

/// A real terminal without a person: what is written to `keyboard` is typed, what is read from it was
/// shown.
final class PseudoTerminal: Sendable {
    /// `TIOCSPTLCK` and `TIOCGPTN` of `ioctl_tty(2)`, which Swift cannot import.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

    let keyboard: FileDescriptor
    let screen: FileDescriptor
    let path: FilePath

    init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        keyboard = try FileDescriptor.open(
            "/dev/ptmx",
            .readWrite,
            options: FileDescriptor.OpenOptions(rawValue: O_NOCTTY)
        )
        var lock: Int32 = 0
        var number: Int32 = -1
        try #require(unsafe ioctl(keyboard.rawValue, Self.setLock, &lock) == 0)
        try #require(unsafe ioctl(keyboard.rawValue, Self.getNumber, &number) == 0)
        path = FilePath("/dev/pts/\(number)")
        screen = try FileDescriptor.open(
            path,
            .readWrite,
            options: FileDescriptor.OpenOptions(rawValue: O_NOCTTY)
        )
        try resize(columns: columns, rows: rows)
    }

    /// The terminal of another process's pseudo-terminal.
    static func device(at path: String) throws -> TerminalDevice {
        let options = FileDescriptor.OpenOptions(rawValue: O_NOCTTY)
        return TerminalDevice(try FileDescriptor.open(FilePath(path), .readWrite, options: options))
    }

    deinit {
        try? screen.close()
        try? keyboard.close()
    }

    func resize(columns: UInt16, rows: UInt16) throws {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        try #require(unsafe ioctl(screen.rawValue, UInt(TIOCSWINSZ), &size) == 0)
    }

    func type(_ text: String) throws { _ = try keyboard.writeAll(Array(text.utf8)) }

    /// Nothing more was shown for ten seconds.
    struct WentDark: Error {
        let shown: String
    }

    /// Reads what was shown until it ends with `ending`, on a thread that may block.
    func shown(until ending: String) async throws -> String {
        try await BlockingPool.run { () throws(WentDark) in
            var shown = ""
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while !shown.hasSuffix(ending) {
                var ready = pollfd(fd: self.keyboard.rawValue, events: Int16(POLLIN), revents: 0)
                let length = unsafe buffer.withUnsafeMutableBytes { buffer in
                    unsafe poll(&ready, 1, 10_000) == 1
                        ? unsafe try? self.keyboard.read(into: buffer) : nil
                }
                guard let length else { throw WentDark(shown: shown) }
                bytes += buffer[..<length]
                shown = String(decoding: bytes, as: UTF8.self)
            }
            return shown
        }
    }

    /// Whether keys are echoed and whether they are collected into lines.
    var flags: (echo: Bool, canonical: Bool, signals: Bool) {
        var attributes = termios()
        _ = unsafe tcgetattr(screen.rawValue, &attributes)
        let flags = Int32(bitPattern: attributes.c_lflag)
        return (flags & ECHO != 0, flags & ICANON != 0, flags & ISIG != 0)
    }
}
