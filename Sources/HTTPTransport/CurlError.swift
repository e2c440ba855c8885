import CLibCurl
import SpotSupport

/// A result code of libcurl other than `CURLE_OK`.
struct CurlError: Error {
    let code: CURLcode

    init(_ code: CURLcode) {
        self.code = code
    }

    /// The one door through which results of libcurl become errors.
    static func check(_ code: CURLcode) throws(CurlError) {
        guard code == CURLE_OK else { throw CurlError(code) }
    }

    /// The failure as callers know it.
    func described(
        for request: HTTPRequest,
        _ exchange: CurlExchange,
        wasSent: Bool
    ) -> HTTPError {
        HTTPError(
            reason(wasSent: wasSent),
            host: request.url.authority,
            mayHaveReachedServer: wasSent,
            detail: exchange.objection ?? detail(request.limits, wasSent: wasSent)
        )
    }

    private func detail(_ limits: HTTPLimits, wasSent: Bool) -> String {
        guard code == CURLE_OPERATION_TIMEDOUT else { return text }
        return wasSent
            ? "it was not complete after \(limits.total.spoken)"
            : "no connection within \(limits.connect.spoken)"
    }

    private func reason(wasSent: Bool) -> HTTPError.Reason {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY:
            .unresolved
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR:
            .untrusted
        case CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, CURLE_PROXY:
            .unreachable
        case CURLE_OPERATION_TIMEDOUT:
            .timedOut
        case CURLE_SEND_ERROR where !wasSent, CURLE_RECV_ERROR where !wasSent:
            .unreachable
        case CURLE_SEND_ERROR, CURLE_RECV_ERROR, CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE:
            .lost
        case CURLE_WRITE_ERROR, CURLE_WEIRD_SERVER_REPLY:
            .unreadable
        case CURLE_ABORTED_BY_CALLBACK:
            .cancelled
        case CURLE_URL_MALFORMAT:
            .malformed
        default:
            wasSent ? .unreadable : .malformed
        }
    }

    /// Libcurl's own sentence, begun in lower case like the rest of our messages.
    private var text: String {
        let words = unsafe String(cString: curl_easy_strerror(code))
        return words.prefix(1).lowercased() + words.dropFirst()
    }
}
