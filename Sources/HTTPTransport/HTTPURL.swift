/// Where a request goes: an absolute http or https address, kept in the parts that are signed and sent.
package struct HTTPURL: Sendable, Hashable, CustomStringConvertible {
    /// How the connection is made.
    package enum Scheme: String, Sendable {
        case http
        case https

        /// The port that is left out of the `Host` header.
        package var port: Int { self == .http ? 80 : 443 }
    }

    package var scheme: Scheme
    /// In lower case; an IPv6 address stands in brackets.
    package var host: String
    /// Nil for the scheme's own port.
    package var port: Int?
    /// Percent-encoded as it goes over the wire; begins with a slash.
    package var path: String
    /// Percent-encoded, without the question mark; empty for none.
    package var query: String

    package init(
        _ scheme: Scheme,
        host: String,
        port: Int? = nil,
        path: String = "/",
        query: String = ""
    ) {
        self.scheme = scheme
        self.host = host.lowercased()
        self.port = port == scheme.port ? nil : port
        self.path = path.isEmpty ? "/" : path
        self.query = query
    }

    /// Reads an absolute address; nil where it is none, names a user, or holds what a URL may not.
    package init?(_ text: String) {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
        let parts = text.split(separator: "://", maxSplits: 1)
        guard parts.count == 2, let scheme = Scheme(rawValue: parts[0].lowercased()) else {
            return nil
        }
        let rest = parts[1].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let target = rest.dropFirst(authority.count)
        guard let (host, port) = Self.hostAndPort(authority) else { return nil }
        let path = target.prefix { $0 != "?" }
        self.init(
            scheme,
            host: host,
            port: port,
            path: String(path),
            query: String(target.dropFirst(path.count + 1))
        )
    }

    /// The `Host` header: the host, and the port unless it is the scheme's own.
    package var authority: String {
        port.map { "\(host):\($0)" } ?? host
    }

    package var description: String {
        "\(scheme)://\(authority)\(path)" + (query.isEmpty ? "" : "?\(query)")
    }

    private static func hostAndPort(_ authority: Substring) -> (host: String, port: Int?)? {
        guard !authority.contains("@") else { return nil }
        let bracket = authority.lastIndex(of: "]")
        guard bracket == nil || authority.hasPrefix("[") else { return nil }
        let afterHost = bracket.map { authority.index(after: $0) } ?? authority.startIndex
        let colon = authority[afterHost...].firstIndex(of: ":")
        if bracket != nil, colon != afterHost, afterHost != authority.endIndex { return nil }
        let host = authority[..<(colon ?? authority.endIndex)]
        guard host.utf8.allSatisfy(isHostByte), !host.isEmpty else { return nil }
        guard let colon else { return (String(host), nil) }
        guard let port = Int(authority[colon...].dropFirst()), 1...65_535 ~= port else {
            return nil
        }
        return (String(host), port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "-._[]:%".utf8.contains(byte)
        }
    }
}
