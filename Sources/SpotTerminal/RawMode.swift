import Glibc
import SystemPackage

/// A terminal whose keys all reach the program, until this value ends.
///
/// The settings come back when the value is destroyed, and also when the process leaves on a way that
/// destroys nothing: see `LastResort`.
package struct RawMode: ~Copyable {
    private let device: TerminalDevice
    private let previous: termios
    private let isLastResort: Bool

    /// Every key passes through, Ctrl-C and Ctrl-Z too, and nothing is echoed (`cfmakeraw(3)`).
    ///
    /// Throws `TerminalError` where `device` is not a terminal.
    package static func enter(_ device: TerminalDevice = .input) throws(TerminalError) -> RawMode {
        try change(device) { unsafe cfmakeraw(&$0) }
    }

    /// Keys are collected into lines and Ctrl-C works as ever, but nothing is echoed: for passphrases.
    package static func hideKeys(of device: TerminalDevice) throws(TerminalError) -> RawMode {
        try change(device) { attributes in
            attributes.c_lflag &= ~tcflag_t(ECHO)
            attributes.c_lflag |= tcflag_t(ECHONL)
        }
    }

    private static func change(
        _ device: TerminalDevice,
        _ change: (inout termios) -> Void
    ) throws(TerminalError) -> RawMode {
        let previous = try device.attributes()
        var attributes = previous
        change(&attributes)
        let mode = RawMode(
            device: device,
            previous: previous,
            isLastResort: LastResort.arm(device.descriptor, previous)
        )
        try device.apply(attributes)
        return mode
    }

    private init(device: TerminalDevice, previous: termios, isLastResort: Bool) {
        self.device = device
        self.previous = previous
        self.isLastResort = isLastResort
    }

    deinit {
        // Nothing can be done about a terminal that has gone.
        try? device.apply(previous)
        if isLastResort { LastResort.disarm() }
    }
}
