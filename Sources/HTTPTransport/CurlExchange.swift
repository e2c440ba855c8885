import SpotSupport

/// What has come back so far.
///
/// A class because libcurl's callbacks reach it through its address; it never leaves the thread of
/// its exchange.
final class CurlExchange {
    private static let headerLimit = 256 << 10

    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    /// Why the exchange was stopped, where that is not libcurl's own reason.
    private(set) var objection: String?
    private let limit: Int
    private var headerSize = 0
    private var silence: Deadline

    init(_ limits: HTTPLimits) {
        limit = limits.answerSize
        silence = Deadline(in: limits.silence, of: SystemTime())
    }

    /// Whether nothing has come for too long.
    func hasStalled() -> Bool {
        guard silence.hasPassed else { return false }
        objection = "nothing came for \(silence.limit.spoken)"
        return true
    }

    /// False once the body would grow beyond the limit.
    func appendBody(_ bytes: [UInt8]) -> Bool {
        guard bytes.count <= limit - body.count else {
            objection = "it is longer than \(limit) bytes"
            return false
        }
        heard()
        body.append(contentsOf: bytes)
        return true
    }

    /// Takes one line of the head; a status line starts over, for "100 Continue" comes before the
    /// real head.
    ///
    /// False once the heads together are longer than any server's should be.
    func appendHeader(_ bytes: [UInt8]) -> Bool {
        headerSize += bytes.count
        guard headerSize <= Self.headerLimit else {
            objection = "its head is longer than \(Self.headerLimit) bytes"
            return false
        }
        heard()
        let line = String(decoding: bytes, as: UTF8.self)
        guard let colon = line.firstIndex(of: ":") else {
            if line.hasPrefix("HTTP/") { headers = HTTPHeaders() }
            return true
        }
        let value = line[line.index(after: colon)...]
        headers.append(String(line[..<colon]), value.trimmed)
        return true
    }

    /// Takes what a proxy said to `CONNECT`; 0 where there was none.
    func noteProxy(status: Int) {
        if status >= 300 { objection = "the proxy refuses with status \(status)" }
    }

    private func heard() {
        silence = Deadline(in: silence.limit, of: SystemTime())
    }
}
