import Glibc
package import SystemPackage

/// A terminal without a person: a test presses its keys and reads its screen, the program under test
/// has the device.
package final class PseudoTerminal: Sendable {
    /// The device, for a program that opens its terminal itself.
    package let path: FilePath
    /// The device, opened; its settings can still be read after a program's end.
    package let device: FileDescriptor
    /// What was shown.
    package let screen: TextReader
    private let keyboard: FileDescriptor

    /// `TIOCSPTLCK` and `TIOCGPTN` of `ioctl_tty(2)`, which Swift cannot import.
    private static let setLock: UInt = 0x4004_5431
    private static let getNumber: UInt = 0x8004_5430

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

    /// - Parameter isRaw: Bytes pass as they are, as a program that has set raw mode would have it.
    package init(columns: UInt16 = 80, rows: UInt16 = 24, isRaw: Bool = false) throws {
        keyboard = try Self.open("/dev/ptmx")
        var unlock: CInt = 0
        var number: CUnsignedInt = 0
        guard unsafe ioctl(keyboard.rawValue, Self.setLock, &unlock) == 0,
            unsafe ioctl(keyboard.rawValue, Self.getNumber, &number) == 0
        else { throw Errno(rawValue: errno) }
        path = FilePath("/dev/pts/\(number)")
        device = try Self.open(path)
        screen = TextReader(keyboard)
        try resize(columns: columns, rows: rows)
        if isRaw {
            var settings = attributes
            unsafe cfmakeraw(&settings)
            _ = unsafe tcsetattr(device.rawValue, TCSANOW, &settings)
        }
    }

    deinit {
        try? device.close()
        try? keyboard.close()
    }

    /// Opens a terminal without making it the controlling one of the tests.
    package static func open(_ path: FilePath) throws -> FileDescriptor {
        let options = FileDescriptor.OpenOptions(rawValue: O_NOCTTY | O_CLOEXEC)
        return try FileDescriptor.open(path, .readWrite, options: options)
    }

    /// The program inside is told by SIGWINCH.
    package func resize(columns: UInt16, rows: UInt16) throws {
        var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
        guard unsafe ioctl(keyboard.rawValue, UInt(TIOCSWINSZ), &size) == 0 else {
            throw Errno(rawValue: errno)
        }
    }

    /// The size that a program would find.
    package var size: (columns: Int, rows: Int) {
        var size = winsize()
        _ = unsafe ioctl(device.rawValue, UInt(TIOCGWINSZ), &size)
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Presses keys; `\r` is Return, as on a keyboard.
    package func type(_ text: String) throws {
        try keyboard.writeAll(text.utf8)
    }

    package var mode: Mode {
        let flags = Int32(bitPattern: attributes.c_lflag)
        return Mode(
            echoes: flags & ECHO != 0,
            collectsLines: flags & ICANON != 0,
            makesSignals: flags & ISIG != 0
        )
    }

    private var attributes: termios {
        var attributes = termios()
        unsafe tcgetattr(device.rawValue, &attributes)
        return attributes
    }
}
