import Glibc
package import SpotSupport
import Synchronization
package import SystemPackage

/// The signals a person or a service manager sends us, as values to await and a descriptor to poll.
///
/// Installed once, by the program's entry point. Signals that were ignored when the program started
/// (`nohup`, background jobs of some shells) stay ignored. `SIGPIPE` is ignored from then on: a broken
/// connection is an error, not the end.
package final class SignalStream: Sendable {
    /// A signal that asks the program to end.
    package enum Request: UInt8, Hashable, Sendable, CaseIterable {
        /// `SIGHUP`: the terminal has gone.
        case hangUp = 1
        /// `SIGINT`: Ctrl-C.
        case interrupt = 2
        /// `SIGTERM`.
        case terminate = 15

        /// What a shell calls the end by this signal: 128 + its number.
        package var exitStatus: Int32 { 128 + Int32(rawValue) }
    }

    /// So many Ctrl-C leave at once, whatever the program is doing; of other signals, two.
    package static let impatience = 3

    private let requests: WakePipe
    private let windowPipe: WakePipe
    private let firstRequest = Mutex<Request?>(nil)

    /// Readable when the terminal's size has changed (`SIGWINCH`); drained with `drainWindowChanges()`.
    package var windowChanges: FileDescriptor { windowPipe.readEnd }

    /// The first request that arrived during `cancelling`, if one did.
    package var request: Request? { firstRequest.withLock(\.self) }

    /// - Throws: `SystemCallError` when the process has no descriptors left.
    package static func install() throws(SystemCallError) -> SignalStream {
        let stream = SignalStream(requests: try WakePipe(), windowPipe: try WakePipe())
        SignalDoor.requests.store(stream.requests.writeEnd.rawValue, ordering: .releasing)
        SignalDoor.windowChanges.store(stream.windowPipe.writeEnd.rawValue, ordering: .releasing)
        for request in Request.allCases {
            SignalDoor.open(for: Int32(request.rawValue)) { SignalDoor.receive($0) }
        }
        SignalDoor.open(for: SIGWINCH) { _ in SignalDoor.receiveWindowChange() }
        _ = signal(SIGPIPE, SIG_IGN)
        return stream
    }

    private init(requests: WakePipe, windowPipe: WakePipe) {
        self.requests = requests
        self.windowPipe = windowPipe
    }

    /// Signals sent from now on go nowhere.
    deinit {
        SignalDoor.requests.store(-1, ordering: .releasing)
        SignalDoor.windowChanges.store(-1, ordering: .releasing)
    }

    package func drainWindowChanges() { windowPipe.drain() }

    /// Runs `body`; the first request to end cancels it, and what it then throws is thrown.
    ///
    /// `whenRequested` is called before the cancellation, to tell the person.
    package func cancelling<Value: Sendable>(
        whenRequested: @escaping @Sendable (Request) -> Void = { _ in },
        _ body: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        SignalDoor.forgetImpatience()
        return try await withThrowingTaskGroup(of: Value?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                guard let request = await self.next() else { return nil }
                self.firstRequest.withLock { $0 = $0 ?? request }
                whenRequested(request)
                return nil
            }
            defer { group.cancelAll() }
            while let ended = try await group.next() {
                if let value = ended { return value }
                group.cancelAll()
            }
            throw CancellationError()
        }
    }

    /// The next request to end; nil when the task is cancelled.
    package func next() async -> Request? {
        await withTaskCancellationHandler {
            await BlockingPool.run { () throws(Never) -> Request? in
                while !Task.isCancelled {
                    var ready = pollfd(
                        fd: self.requests.readEnd.rawValue,
                        events: Int16(POLLIN),
                        revents: 0
                    )
                    _ = unsafe poll(&ready, 1, -1)
                    let bytes = self.requests.drain()
                    if let request = bytes.compactMap(Request.init(rawValue:)).first {
                        return request
                    }
                    if bytes.contains(0) { return nil }
                }
                return nil
            }
        } onCancel: {
            requests.wake(0)
        }
    }
}

/// Where signal handlers leave what they received: atomics and `write(2)` only, as
/// `signal-safety(7)` demands.
private enum SignalDoor {
    static let requests = Atomic<Int32>(-1)
    static let windowChanges = Atomic<Int32>(-1)
    private static let impatience = Atomic<Int>(0)

    static func open(for number: Int32, handler: @escaping @convention(c) (Int32) -> Void) {
        var previous = sigaction()
        _ = unsafe sigaction(number, nil, &previous)
        let wasIgnored = unsafe previous.__sigaction_handler.sa_handler.map {
            unsafe unsafeBitCast($0, to: Int.self) == 1
        }
        if wasIgnored == true { return }
        var action = sigaction()
        unsafe action.__sigaction_handler.sa_handler = handler
        action.sa_flags = Int32(SA_RESTART)
        _ = unsafe sigaction(number, &action, nil)
    }

    /// What was meant for other work does not count.
    static func forgetImpatience() { impatience.store(0, ordering: .releasing) }

    static func receive(_ number: Int32) {
        let errnoBefore = errno
        // An order to end counts more than a key that a finger may have slipped on.
        let weight = number == SIGINT ? 2 : 3
        let count = impatience.add(weight, ordering: .acquiringAndReleasing).newValue
        if count >= 2 * SignalStream.impatience {
            LastResort.restoreTerminal()
            _exit(128 + number)
        }
        send(UInt8(truncatingIfNeeded: number), to: requests.load(ordering: .acquiring))
        errno = errnoBefore
    }

    static func receiveWindowChange() {
        let errnoBefore = errno
        send(1, to: windowChanges.load(ordering: .acquiring))
        errno = errnoBefore
    }

    private static func send(_ byte: UInt8, to descriptor: Int32) {
        var byte = byte
        _ = unsafe write(descriptor, &byte, 1)
    }
}
