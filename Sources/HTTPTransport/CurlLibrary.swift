import CLibCurl

/// The process-wide part of libcurl.
enum CurlLibrary {
    /// Prepares libcurl once, before any thread uses it (`curl_global_init(3)`).
    static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
