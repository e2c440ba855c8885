import SpotSupport
import Synchronization

/// HTTP over libcurl, with kept connections.
///
/// Proxies come from the environment as libcurl reads it (`HTTPS_PROXY`, `NO_PROXY`).
package struct CurlTransport: HTTPTransport {
    private let pool: CurlPool
    private let caBundle: String?

    /// - Parameters:
    ///   - caBundle: a PEM file used in place of the system's certificate authorities.
    ///   - width: how many exchanges may run at once; further ones wait their turn.
    package init(caBundle: String? = nil, width: Int = 8) {
        self.caBundle = caBundle
        pool = CurlPool(width: width)
    }

    package func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        try request.validate()
        guard let slot = await pool.take() else { throw .cancelled(request) }
        defer { pool.giveBack(slot) }
        let cancellation = CancellationFlag()
        let result = await withTaskCancellationHandler {
            await exchange(request, on: slot, cancellation)
        } onCancel: {
            cancellation.raise()
        }
        return try result.get()
    }

    private func exchange(
        _ request: HTTPRequest,
        on slot: CurlSlot,
        _ cancellation: CancellationFlag
    ) async -> Result<HTTPResponse, HTTPError> {
        let caBundle = caBundle
        return await BlockingPool.run { () -> Result<HTTPResponse, HTTPError> in
            Result { () throws(HTTPError) in
                try slot.perform(request, caBundle: caBundle) { cancellation.isRaised }
            }
        }
    }
}

/// Tells the thread of an exchange that its task was cancelled.
private final class CancellationFlag: Sendable {
    private let flag = Atomic(false)

    var isRaised: Bool { flag.load(ordering: .relaxed) }

    func raise() { flag.store(true, ordering: .relaxed) }
}

extension HTTPError {
    fileprivate static func cancelled(_ request: HTTPRequest) -> HTTPError {
        HTTPError(
            .cancelled,
            host: request.url.authority,
            mayHaveReachedServer: false,
            detail: "cancelled"
        )
    }
}

extension HTTPRequest {
    /// Refuses what would let one field or line of the head become two.
    fileprivate func validate() throws(HTTPError) {
        let words = [method, url.path, url.query, url.authority]
        let names = headers.fields.map(\.name)
        let isClean =
            words.allSatisfy { $0.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F } }
            && names.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F } }
            && headers.fields.allSatisfy { $0.value.utf8.allSatisfy { $0 >= 0x20 || $0 == 0x09 } }
        guard isClean else {
            throw HTTPError(
                .malformed,
                host: url.host,
                mayHaveReachedServer: false,
                detail: "a header or the address holds a control character"
            )
        }
    }
}
