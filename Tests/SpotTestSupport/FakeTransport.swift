package import HTTPTransport
import Synchronization

/// Answers from a script and keeps what was asked; a request beyond the script is an error.
package final class FakeTransport: HTTPTransport {
    /// What one request is answered with.
    package typealias Answer = Result<HTTPResponse, HTTPError>

    private struct State {
        var answers: [Answer]
        var requests: [HTTPRequest] = []
    }

    private let state: Mutex<State>

    package init(_ answers: [Answer]) {
        state = Mutex(State(answers: answers))
    }

    /// Everything that was sent, in order.
    package var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// How many answers nobody has asked for.
    package var unusedAnswers: Int { state.withLock { $0.answers.count } }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        let answer: Answer? = state.withLock { state in
            state.requests.append(request)
            return state.answers.isEmpty ? nil : state.answers.removeFirst()
        }
        guard let answer else {
            throw HTTPError(
                .malformed,
                host: request.url.authority,
                mayHaveReachedServer: false,
                detail: "the test expects no further request"
            )
        }
        return try answer.get()
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
    /// An answer with this status and body.
    package static func status(
        _ status: Int,
        _ body: String = "",
        headers: HTTPHeaders = [:]
    ) -> Self {
        .success(HTTPResponse(status: status, headers: headers, body: Array(body.utf8)))
    }

    /// No answer.
    package static func failed(_ reason: HTTPError.Reason, reachedServer: Bool) -> Self {
        .failure(
            HTTPError(
                reason,
                host: "aws.test",
                mayHaveReachedServer: reachedServer,
                detail: "as the test says"
            )
        )
    }
}
