/// A request in the one form that both sides of a signature agree on.
///
/// See "Create a canonical request" in AWS's guide to Signature Version 4.
package struct CanonicalRequest: Sendable {
    /// How a service wants the path.
    package enum PathRule: Sendable {
        /// Dot segments and doubled slashes go, then the wire path is encoded once more.
        case normalized
        /// The wire path is encoded once more, as it stands.
        case unnormalized
        /// S3: the wire path, to the byte.
        case verbatim
    }

    /// The whole text, lines joined by line feeds.
    package let text: String
    /// Names in lower case, sorted, joined by semicolons.
    package let signedHeaders: String

    package init(_ request: SignableRequest, path rule: PathRule) {
        let headers = Self.headers(request.headers)
        signedHeaders = headers.map(\.name).joined(separator: ";")
        text = [
            request.method,
            Self.path(request.path, rule),
            Self.query(request.query),
            headers.map { "\($0.name):\($0.value)\n" }.joined(),
            signedHeaders,
            request.payload.hash,
        ].joined(separator: "\n")
    }

    /// Names sorted; the values of one name joined by commas in the order in which they are sent.
    static func headers(_ fields: [(name: String, value: String)]) -> [(
        name: String, value: String
    )] {
        let groups = Dictionary(grouping: fields) { $0.name.lowercased() }
        return groups.keys.sorted(by: isBefore).map { name in
            let values = groups[name, default: []].map { collapse($0.value) }
            return (name, values.joined(separator: ","))
        }
    }

    /// Pairs decoded, encoded again and sorted by their encoded bytes.
    private static func query(_ query: String) -> String {
        let pairs = query.split(separator: "&").map { pair in
            let name = pair.prefix { $0 != "=" }
            let value = pair.dropFirst(name.count + 1)
            return (recode(name), recode(value))
        }
        return pairs.sorted { left, right in
            left.0 == right.0 ? isBefore(left.1, right.1) : isBefore(left.0, right.0)
        }
        .map { "\($0)=\($1)" }.joined(separator: "&")
    }

    private static func path(_ path: String, _ rule: PathRule) -> String {
        switch rule {
        case .normalized: PercentEncoding.encode(normalize(path), keeping: "/")
        case .unnormalized: PercentEncoding.encode(path, keeping: "/")
        case .verbatim: path
        }
    }

    /// RFC 3986's removal of dot segments, and one slash for many.
    private static func normalize(_ path: String) -> String {
        var kept: [Substring] = []
        let segments = path.split(separator: "/")
        for segment in segments where segment != "." {
            if segment == ".." { _ = kept.popLast() } else { kept.append(segment) }
        }
        let endsInDirectory = path.hasSuffix("/") || segments.last == "." || segments.last == ".."
        let joined = "/" + kept.joined(separator: "/")
        return endsInDirectory && !kept.isEmpty ? joined + "/" : joined
    }

    private static func recode(_ text: Substring) -> String {
        PercentEncoding.encode(PercentEncoding.decode(text))
    }

    /// One space for any run of white space, none at the ends.
    private static func collapse(_ value: String) -> String {
        value.split { $0.isWhitespace }.joined(separator: " ")
    }

    /// By bytes: `String`'s own order follows Unicode.
    private static func isBefore(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
