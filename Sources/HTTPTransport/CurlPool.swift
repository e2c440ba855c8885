import Synchronization

/// Lends out a fixed number of curl handles; the one used last goes first, for its connection is
/// the most likely to be still open.
final class CurlPool: Sendable {
    private struct Waiting {
        let ticket: Int
        let continuation: CheckedContinuation<CurlSlot?, Never>
    }

    private struct State {
        var idle: [CurlSlot]
        var waiting: [Waiting] = []
        var nextTicket = 0
    }

    private let state: Mutex<State>

    init(width: Int) {
        state = Mutex(State(idle: (0..<max(width, 1)).map { _ in CurlSlot() }))
    }

    /// A slot of one's own, to be given back; nil when the task is cancelled before one is free.
    func take() async -> CurlSlot? {
        let ticket = state.withLock { state in
            state.nextTicket += 1
            return state.nextTicket
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let slot: CurlSlot?? = state.withLock { state in
                    if Task.isCancelled { return .some(nil) }
                    if let slot = state.idle.popLast() { return .some(slot) }
                    state.waiting.append(Waiting(ticket: ticket, continuation: continuation))
                    return nil
                }
                if let slot { continuation.resume(returning: slot) }
            }
        } onCancel: {
            leave(ticket)
        }
    }

    /// Hands the slot to whoever has waited longest.
    func giveBack(_ slot: CurlSlot) {
        let next: CheckedContinuation<CurlSlot?, Never>? = state.withLock { state in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst().continuation }
            state.idle.append(slot)
            return nil
        }
        next?.resume(returning: slot)
    }

    private func leave(_ ticket: Int) {
        let left: CheckedContinuation<CurlSlot?, Never>? = state.withLock { state in
            guard let index = state.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                return nil
            }
            return state.waiting.remove(at: index).continuation
        }
        left?.resume(returning: nil)
    }
}

/// A place for one curl handle, made at its first use.
///
/// The pool lends it to one task at a time; the lock only carries that promise to the compiler.
final class CurlSlot: Sendable {
    private let handle = Mutex<CurlHandle?>(nil)

    func perform(
        _ request: HTTPRequest,
        caBundle: String?,
        isCancelled: @Sendable () -> Bool
    ) throws(HTTPError) -> HTTPResponse {
        try handle.withLock { handle throws(HTTPError) in
            if handle == nil { handle = CurlHandle() }
            guard
                let response = try handle?.perform(
                    request,
                    caBundle: caBundle,
                    isCancelled: isCancelled
                )
            else {
                throw HTTPError(
                    .malformed,
                    host: request.url.authority,
                    mayHaveReachedServer: false,
                    detail: "libcurl has no memory"
                )
            }
            return response
        }
    }
}
