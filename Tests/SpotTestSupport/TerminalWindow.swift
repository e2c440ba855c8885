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

    /// `TIOCSPTLCK` and `TIOCGPTN` of `ioctl_tty(2)`, which Swift cannot import.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430
    private static let options = FileDescriptor.OpenOptions(rawValue: O_NOCTTY | O_CLOEXEC)

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
        keyboard = try FileDescriptor.open("/dev/ptmx", .readWrite, options: Self.options)
        var lock: Int32 = 0
        var number: Int32 = -1
        guard unsafe ioctl(keyboard.rawValue, Self.setLock, &lock) == 0,
            unsafe ioctl(keyboard.rawValue, Self.getNumber, &number) == 0
        else { throw Errno(rawValue: errno) }
        path = FilePath("/dev/pts/\(number)")
        device = try FileDescriptor.open(path, .readWrite, options: Self.options)
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
