internal import Glibc
internal import SpotSupport

/// The descriptors of one `poll(2)` and what it found.
struct PollSet {
    struct Event: OptionSet {
        let rawValue: Int16

        static let input = Event(rawValue: Int16(POLLIN))
        static let output = Event(rawValue: Int16(POLLOUT))
    }

    private var entries: [pollfd] = []

    mutating func removeAll() {
        entries.removeAll(keepingCapacity: true)
    }

    mutating func watch(_ descriptor: CInt, for event: Event) {
        entries.append(pollfd(fd: descriptor, events: event.rawValue, revents: 0))
    }

    /// Waits until something is ready; nil waits as long as it takes.
    mutating func wait(upTo limit: Duration?) {
        let milliseconds = limit.map {
            CInt(min(max(($0.seconds * 1000).rounded(.up), 0), 86_400_000))
        }
        _ = unsafe poll(&entries, nfds_t(entries.count), milliseconds ?? -1)
    }

    /// Whether a call for this event would not block.
    ///
    /// A hang-up or an error is readiness too: the call then says what it is.
    func isReady(_ descriptor: CInt, for event: Event) -> Bool {
        let wanted = event.rawValue | Int16(POLLHUP | POLLERR | POLLNVAL)
        return entries.contains {
            $0.fd == descriptor && $0.events & event.rawValue != 0 && $0.revents & wanted != 0
        }
    }
}
