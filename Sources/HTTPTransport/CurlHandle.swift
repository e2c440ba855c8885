import CLibCurl
import CurlShims
import SpotSupport

/// Owns one `CURL` and the `CURLM` that drives it and keeps its connections.
///
/// A multi handle is used for a single transfer at a time because its loop is ours: it notices a
/// cancelled task within `pollMilliseconds`, where `curl_easy_perform(3)` looks only once a second.
@safe
struct CurlHandle: ~Copyable {
    private static let pollMilliseconds: Int32 = 50

    private let easy: UnsafeMutableRawPointer
    private let multi: UnsafeMutableRawPointer

    /// Nil only where memory has run out.
    init?() {
        guard CurlLibrary.isReady, let easy = unsafe curl_easy_init() else { return nil }
        guard let multi = unsafe curl_multi_init() else {
            unsafe curl_easy_cleanup(easy)
            return nil
        }
        unsafe self.easy = unsafe easy
        unsafe self.multi = unsafe multi
    }

    deinit {
        unsafe curl_easy_cleanup(easy)
        unsafe curl_multi_cleanup(multi)
    }

    /// Runs one exchange on the calling thread, which blocks (`curl_multi_perform(3)`).
    func perform(
        _ request: HTTPRequest,
        caBundle: String?,
        isCancelled: @Sendable () -> Bool
    ) throws(HTTPError) -> HTTPResponse {
        let exchange = CurlExchange(request.limits)
        let headers = HeaderListHandle(request)
        unsafe curl_easy_reset(easy)
        do throws(CurlError) {
            try configure(request, caBundle: caBundle)
            try attach(exchange, headers)
        } catch {
            throw error.described(for: request, exchange, wasSent: false)
        }
        unsafe curl_multi_add_handle(multi, easy)
        defer { unsafe curl_multi_remove_handle(multi, easy) }
        let outcome = run(exchange, isCancelled: isCancelled)
        let wasSent = wasSent
        if !wasSent { exchange.noteProxy(status: readLong(CURLINFO_HTTP_CONNECTCODE)) }
        let status = readLong(CURLINFO_RESPONSE_CODE)
        return try withExtendedLifetime(exchange) { () throws(HTTPError) in
            if let outcome { throw outcome.described(for: request, exchange, wasSent: wasSent) }
            return HTTPResponse(status: status, headers: exchange.headers, body: exchange.body)
        }
    }

    private func run(_ exchange: CurlExchange, isCancelled: @Sendable () -> Bool) -> CurlError? {
        var running: Int32 = 0
        while true {
            if isCancelled() { return CurlError(CURLE_ABORTED_BY_CALLBACK) }
            guard unsafe curl_multi_perform(multi, &running) == CURLM_OK else {
                return CurlError(CURLE_FAILED_INIT)
            }
            if let result = finished() { return result == CURLE_OK ? nil : CurlError(result) }
            if exchange.hasStalled() { return CurlError(CURLE_OPERATION_TIMEDOUT) }
            unsafe curl_multi_poll(multi, nil, 0, Self.pollMilliseconds, nil)
        }
    }

    /// The result of the transfer once it is over (`curl_multi_info_read(3)`).
    private func finished() -> CURLcode? {
        var left: Int32 = 0
        while let message = unsafe curl_multi_info_read(multi, &left) {
            if unsafe message.pointee.msg == CURLMSG_DONE {
                return unsafe spot_curl_result(message)
            }
        }
        return nil
    }

    /// Whether any of the request may have left, and not only the wish for a way through a proxy.
    private var wasSent: Bool {
        var untilTransfer: curl_off_t = 0
        unsafe spot_curl_get_size(easy, CURLINFO_PRETRANSFER_TIME_T, &untilTransfer)
        return untilTransfer > 0 && readLong(CURLINFO_REQUEST_SIZE) > 0
    }

    private func readLong(_ info: CURLINFO) -> Int {
        var value = 0
        unsafe spot_curl_get_long(easy, info, &value)
        return value
    }
}

extension CurlHandle {
    /// Everything but the pointers that live as long as the exchange.
    private func configure(_ request: HTTPRequest, caBundle: String?) throws(CurlError) {
        try set(CURLOPT_URL, request.url.description)
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        // The path was signed as it stands.
        try set(CURLOPT_PATH_AS_IS, 1)
        // A redirect would have to be signed again.
        try set(CURLOPT_FOLLOWLOCATION, 0)
        try set(CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue))
        try set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        try set(CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2)
        try set(CURLOPT_NOSIGNAL, 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, request.limits.connect.milliseconds)
        try set(CURLOPT_TIMEOUT_MS, request.limits.total.milliseconds)
        if !request.isRepeatable { try set(CURLOPT_FRESH_CONNECT, 1) }
        if !request.usesProxy { try set(CURLOPT_NOPROXY, "*") }
        if let caBundle { try set(CURLOPT_CAINFO, caBundle) }
        try setMethod(request)
    }

    private func setMethod(_ request: HTTPRequest) throws(CurlError) {
        switch request.method {
        case "GET" where request.body.isEmpty:
            try set(CURLOPT_HTTPGET, 1)
        case "HEAD":
            try set(CURLOPT_NOBODY, 1)
        case "DELETE" where request.body.isEmpty:
            try set(CURLOPT_HTTPGET, 1)
            try set(CURLOPT_CUSTOMREQUEST, request.method)
        default:
            try set(CURLOPT_POST, 1)
            try setBody(request.body)
            if request.method != "POST" { try set(CURLOPT_CUSTOMREQUEST, request.method) }
        }
    }

    /// The size goes first: it tells curl how much to copy (`CURLOPT_COPYPOSTFIELDS(3)`).
    private func setBody(_ body: [UInt8]) throws(CurlError) {
        try CurlError.check(
            unsafe spot_curl_set_size(easy, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count))
        )
        // An empty array has no address, and null would make curl ask a read callback.
        var bytes = body.isEmpty ? [0] : body
        try CurlError.check(
            unsafe bytes.withUnsafeMutableBytes {
                unsafe spot_curl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
            }
        )
    }

    private func attach(
        _ exchange: CurlExchange,
        _ headers: borrowing HeaderListHandle
    ) throws(CurlError) {
        let address = unsafe Unmanaged.passUnretained(exchange).toOpaque()
        try CurlError.check(
            unsafe spot_curl_set_pointer(easy, CURLOPT_HTTPHEADER, headers.first)
        )
        try CurlError.check(
            unsafe spot_curl_set_write(easy, CURLOPT_WRITEFUNCTION) { bytes, _, count, user in
                unsafe CurlExchange.receive(bytes, count, user) { $0.appendBody($1) }
            }
        )
        try CurlError.check(
            unsafe spot_curl_set_write(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, user in
                unsafe CurlExchange.receive(bytes, size * count, user) { $0.appendHeader($1) }
            }
        )
        try CurlError.check(unsafe spot_curl_set_pointer(easy, CURLOPT_WRITEDATA, address))
        try CurlError.check(unsafe spot_curl_set_pointer(easy, CURLOPT_HEADERDATA, address))
    }

    private func set(_ option: CURLoption, _ value: Int) throws(CurlError) {
        try CurlError.check(unsafe spot_curl_set_long(easy, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(CurlError) {
        try CurlError.check(unsafe spot_curl_set_string(easy, option, value))
    }
}

extension CurlExchange {
    /// What libcurl's callbacks do: hand `count` bytes to the exchange behind `user`.
    ///
    /// Any other number than `count` makes curl stop with `CURLE_WRITE_ERROR`.
    fileprivate static func receive(
        _ bytes: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        _ user: UnsafeMutableRawPointer?,
        _ append: (CurlExchange, [UInt8]) -> Bool
    ) -> Int {
        guard let user = unsafe user else { return 0 }
        let exchange = unsafe Unmanaged<CurlExchange>.fromOpaque(user).takeUnretainedValue()
        let chunk = unsafe [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
        return append(exchange, chunk) ? count : 0
    }
}

/// Owns the list of header lines that libcurl reads while it sends.
@safe
struct HeaderListHandle: ~Copyable {
    fileprivate private(set) var first: UnsafeMutablePointer<curl_slist>?

    init(_ request: HTTPRequest) {
        unsafe first = nil
        for field in request.headers.fields {
            append(field.value.isEmpty ? "\(field.name);" : "\(field.name): \(field.value)")
        }
        // Nothing waits for "100 Continue", and curl is not to make up fields that were not signed.
        append("Expect:")
        if request.headers["Content-Type"] == nil { append("Content-Type:") }
    }

    deinit {
        unsafe curl_slist_free_all(first)
    }

    private mutating func append(_ line: String) {
        unsafe first = unsafe curl_slist_append(first, line) ?? first
    }
}

extension Duration {
    /// At least one: zero would mean "no limit" to libcurl.
    fileprivate var milliseconds: Int { max(1, Int((seconds * 1000).rounded(.up))) }
}
