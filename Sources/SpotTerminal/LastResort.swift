import Glibc
import Synchronization
import SystemPackage

/// Gives the terminal back when the process leaves by a way on which no `deinit` runs: the end of the program,
/// a fatal signal, the third Ctrl-C.
///
/// Signal handlers may use neither locks nor allocation, so the saved settings live in memory that is
/// allocated once and never freed, and one atomic flag says whether they count. The flag is raised
/// after the settings are written and lowered before they are written again.
package enum LastResort {
    private struct Saved {
        var descriptor: Int32
        var attributes: termios
    }

    /// The address of the one `Saved`; zero until the first raw mode.
    private static let address = Atomic<UInt>(0)
    private static let isArmed = Atomic<Bool>(false)

    /// Remembers what to restore.
    ///
    /// The first of nested raw modes wins, for its settings are the person's; false for the others.
    static func arm(_ descriptor: FileDescriptor, _ attributes: termios) -> Bool {
        guard !isArmed.load(ordering: .acquiring) else { return false }
        if address.load(ordering: .acquiring) == 0 {
            let memory = UnsafeMutablePointer<Saved>.allocate(capacity: 1)
            address.store(UInt(bitPattern: memory), ordering: .releasing)
            watchExits()
        }
        guard
            let saved = unsafe UnsafeMutablePointer<Saved>(
                bitPattern: address.load(ordering: .acquiring)
            )
        else { return false }
        unsafe saved.initialize(
            to: Saved(descriptor: descriptor.rawValue, attributes: attributes)
        )
        isArmed.store(true, ordering: .releasing)
        return true
    }

    static func disarm() { isArmed.store(false, ordering: .releasing) }

    /// Ends the process at once (`_exit(2)`), the terminal as it was.
    ///
    /// `exit(3)` would run the exit handlers of C libraries while our threads are still at work in them.
    package static func leave(_ status: Int32) -> Never {
        restoreTerminal()
        _exit(status)
    }

    /// Safe in a signal handler: `tcsetattr(3)` is on the list of `signal-safety(7)`.
    static func restoreTerminal() {
        guard isArmed.exchange(false, ordering: .acquiringAndReleasing),
            let saved = unsafe UnsafeMutablePointer<Saved>(
                bitPattern: address.load(ordering: .acquiring)
            )
        else { return }
        _ = unsafe tcsetattr(saved.pointee.descriptor, TCSANOW, &saved.pointee.attributes)
    }

    /// The signals that end a process and that nobody here handles otherwise.
    private static let fatalSignals = [
        SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGQUIT, SIGSEGV, SIGSYS, SIGTRAP,
    ]

    private static func watchExits() {
        atexit { LastResort.restoreTerminal() }
        for signal in fatalSignals {
            var action = sigaction()
            unsafe action.__sigaction_handler.sa_handler = { number in
                LastResort.restoreTerminal()
                _ = raise(number)
            }
            // The default action is back when the handler runs, so `raise` ends the process.
            action.sa_flags = Int32(bitPattern: SA_RESETHAND) | Int32(SA_NODEFER)
            _ = unsafe sigaction(signal, &action, nil)
        }
    }
}
