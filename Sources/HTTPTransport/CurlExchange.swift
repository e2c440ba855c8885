import SpotSupport

/// What has come back so far.
///
/// A class because libcurl's callbacks reach it through its address; it never leaves the thread of
/// its exchange.
final class CurlExchange {
    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    /// The body went over its limit, and the exchange was stopped for it.
    private(set) var isTooLarge = false
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// False once the body would grow beyond the limit.
    func appendBody(_ bytes: [UInt8]) -> Bool {
        guard bytes.count <= limit - body.count else {
            isTooLarge = true
            return false
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// Takes one line of the head; a status line starts over, for "100 Continue" comes before the
    /// real head.
    func appendHeader(_ bytes: [UInt8]) -> Bool {
        let line = String(decoding: bytes, as: UTF8.self)
        guard let colon = line.firstIndex(of: ":") else {
            if line.hasPrefix("HTTP/") { headers = HTTPHeaders() }
            return true
        }
        let value = line[line.index(after: colon)...]
        headers.append(String(line[..<colon]), value.trimmed)
        return true
    }
}
