import HTTPTransport
import SpotTestSupport
import Synchronization

/// Holds requests until so many have come, answers these with `answer`, and later ones with success.
final class MeetingTransport: HTTPTransport {
    private struct State {
        var missing: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let answer: FakeTransport.Answer
    private let state: Mutex<State>

    init(count: Int, _ answer: FakeTransport.Answer) {
        self.answer = answer
        state = Mutex(State(missing: count))
    }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        let isLate = state.withLock { $0.missing == 0 }
        guard !isLate else { return try FakeTransport.Answer.good.get() }
        await withCheckedContinuation { continuation in
            let woken = state.withLock { state in
                state.missing -= 1
                state.waiting.append(continuation)
                guard state.missing == 0 else { return [CheckedContinuation<Void, Never>]() }
                defer { state.waiting = [] }
                return state.waiting
            }
            for continuation in woken { continuation.resume() }
        }
        return try answer.get()
    }
}
