import Glibc

/// A door in a machine's security group, beside the one for SSH.
///
/// In a profile `{protocol: tcp, ports: 8000-8010, source: me}` or, as on the command line,
/// `tcp:8000-8010:me`; the source may be left out and is then `me`.
package struct FirewallRule: Hashable, Sendable, CustomStringConvertible {
    package enum Transport: String, Hashable, Sendable, CaseIterable {
        case tcp
        case udp
        case icmp
    }

    package enum Source: Hashable, Sendable, CustomStringConvertible {
        /// The caller's own address, whatever it is at launch.
        case me
        /// An address range in canonical form: `203.0.113.0/24`, `2001:db8::/32`.
        case range(String, isIPv6: Bool)
        /// The machines of another security group: `sg-…`.
        case group(String)

        package var description: String {
            switch self {
            case .me: "me"
            case .range(let range, _): range
            case .group(let id): id
            }
        }

        /// Everybody on the internet.
        package var isEverybody: Bool {
            guard case .range(let range, _) = self else { return false }
            return range.hasSuffix("/0")
        }

        /// `me`, an address, a range or a group; nil for anything else.
        package init?(_ text: String) {
            if text == "me" {
                self = .me
            } else if text.hasPrefix("sg-"), text.utf8.count > 3 {
                self = .group(text)
            } else if let (range, isIPv6) = Source.range(text) {
                self = .range(range, isIPv6: isIPv6)
            } else {
                return nil
            }
        }

        /// An address with its prefix length; the whole address where none is given.
        ///
        /// Bits behind the prefix are cleared, as EC2 wants them.
        private static func range(_ text: String) -> (String, isIPv6: Bool)? {
            let parts = text.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { return nil }
            let address = String(parts[0])
            let isIPv6 = address.contains(":")
            let longest = isIPv6 ? 128 : 32
            var bytes = [UInt8](repeating: 0, count: 16)
            guard unsafe inet_pton(isIPv6 ? AF_INET6 : AF_INET, address, &bytes) == 1 else {
                return nil
            }
            guard let length = parts.count == 2 ? Int(parts[1]) : longest,
                (0...longest).contains(length)
            else { return nil }
            for bit in length..<longest { bytes[bit / 8] &= ~(0x80 >> UInt8(bit % 8)) }
            return presentation(of: bytes, isIPv6: isIPv6).map { ("\($0)/\(length)", isIPv6) }
        }

        /// `inet_ntop(3)`.
        private static func presentation(of bytes: [UInt8], isIPv6: Bool) -> String? {
            var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
            let family = isIPv6 ? AF_INET6 : AF_INET
            guard unsafe inet_ntop(family, bytes, &buffer, socklen_t(buffer.count)) != nil else {
                return nil
            }
            let characters = buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
            return String(decoding: characters, as: UTF8.self)
        }
    }

    package let transport: Transport
    /// Nil for `icmp`, which has none.
    package let ports: ClosedRange<Int>?
    package let source: Source

    package init(_ transport: Transport, ports: ClosedRange<Int>?, from source: Source) {
        self.transport = transport
        self.ports = ports
        self.source = source
    }

    /// `tcp:8000-8010:me`; nil for a text of another form.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            .map(String.init)
        guard parts.count >= 2 else {
            guard parts.first == Transport.icmp.rawValue else { return nil }
            self.init(.icmp, ports: nil, from: .me)
            return
        }
        self.init(
            transport: parts[0],
            ports: parts[1].isEmpty ? nil : parts[1],
            source: parts.count == 3 ? parts[2] : nil
        )
    }

    /// Nil when one of the three is wrong: `tcp` and `udp` need ports, `icmp` must have none.
    init?(transport: String, ports: String?, source: String?) {
        guard let transport = Transport(rawValue: transport), let source = Source(source ?? "me")
        else { return nil }
        let range = ports.flatMap(Self.portRange)
        guard (ports == nil) == (range == nil), (transport == .icmp) == (range == nil) else {
            return nil
        }
        self.init(transport, ports: range, from: source)
    }

    package var description: String {
        let ports = ports.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }
        return "\(transport.rawValue):\(ports ?? ""):\(source)"
    }

    private static func portRange(_ text: String) -> ClosedRange<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil,
            (1...65_535).contains(first), (first...65_535).contains(last)
        else { return nil }
        return first...last
    }
}
