import Glibc
package import SystemPackage

/// A terminal without a person: a real pseudo-terminal whose keys a test presses and whose screen it reads.
package final class TerminalWindow: Sendable {
    /// The device that the program inside has for its streams.
    package let path: FilePath
    /// What was shown.
    package let screen: TextReader
    private let keyboard: FileDescriptor
    /// Kept open, so that the device's settings can be read after the program's end.
    private let device: FileDescriptor

    /// How the device treats keys.
    package struct Mode: Hashable, Sendable {
        package let echoes: Bool
        package let collectsLines: Bool
        package let makesSignals: Bool

        /// What a shell leaves to the programs it starts.
        package static let cooked = Mode(echoes: true, collectsLines: true, makesSignals: true)
        /// Every key goes through as it is.
        package static let raw = Mode(echoes: false, collectsLines: false, makesSignals: false)
    }

    package init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
        let number = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)
        var name = [CChar](repeating: 0, count: 64)
        guard number >= 0, grantpt(number) == 0, unlockpt(number) == 0,
            unsafe ptsname_r(number, &name, name.count) == 0
        else { throw Errno(rawValue: errno) }
        keyboard = FileDescriptor(rawValue: number)
        let bytes = name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
        path = FilePath(String(decoding: bytes, as: UTF8.self))
        device = try FileDescriptor.open(
            path,
            .readWrite,
            options: FileDescriptor.OpenOptions(rawValue: O_NOCTTY | O_CLOEXEC)
        )
        screen = TextReader(keyboard)
        try resize(columns: columns, rows: rows)
    }

    deinit {
        try? device.close()
        try? keyboard.close()
    }

    /// The program inside is told by SIGWINCH.
    package func resize(columns: UInt16, rows: UInt16) throws {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard unsafe ioctl(keyboard.rawValue, UInt(TIOCSWINSZ), &size) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// Presses keys; `\r` is Return, as on a keyboard.
    package func type(_ text: String) throws {
        _ = try keyboard.writeAll(Array(text.utf8))
    }

    package var mode: Mode {
        var attributes = termios()
        unsafe tcgetattr(device.rawValue, &attributes)
        let flags = Int32(bitPattern: attributes.c_lflag)
        return Mode(
            echoes: flags & ECHO != 0,
            collectsLines: flags & ICANON != 0,
            makesSignals: flags & ISIG != 0
        )
    }
}
