package import HTTPTransport
import Synchronization

/// The service that tells callers their address, and nothing else on the network.
///
/// Its clock stands at the moment at which `ManualTime` begins.
package final class FakeCallerAddress: HTTPTransport {
    private let state: Mutex<State>

    private struct State {
        var address: String
        var date = "Fri, 02 Jan 2026 03:04:05 GMT"
        var requests: [HTTPRequest] = []
    }

    package init(_ address: String = "198.51.100.7") {
        state = Mutex(State(address: address))
    }

    package var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// The caller is somewhere else from now on.
    package func move(to address: String) { state.withLock { $0.address = address } }

    /// Its clock shows this from now on, in the form of HTTP.
    package func show(_ date: String) { state.withLock { $0.date = date } }

    package func send(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        state.withLock { state in
            state.requests.append(request)
            return HTTPResponse(
                status: 200,
                headers: ["Date": state.date],
                body: Array("\(state.address)\n".utf8)
            )
        }
    }
}
