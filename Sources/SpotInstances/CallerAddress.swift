import Glibc
package import HTTPTransport
import SpotSupport

/// The public address of this computer, as a server on the internet sees it.
package struct CallerAddress: Hashable, Sendable, CustomStringConvertible {
    /// In its canonical text form.
    package let text: String
    package let isIPv6: Bool

    /// Reads an IPv4 or IPv6 address (`inet_pton(3)`); nil for anything else.
    package init?(_ text: String) {
        for family in [AF_INET, AF_INET6] {
            guard let canonical = Self.canonical(text, family: family) else { continue }
            self.text = canonical
            isIPv6 = family == AF_INET6
            return
        }
        return nil
    }

    /// This address and no other, as security groups write it: /32 or /128.
    package var cidr: String { text + (isIPv6 ? "/128" : "/32") }

    package var description: String { text }

    /// Asks a "what is my address" service that answers with nothing but the address.
    /// - Throws: `GeneralFailure` that names the URL and the setting that changes it.
    package static func ask(_ url: String, over transport: any HTTPTransport) async throws
        -> CallerAddress
    {
        let hint =
            "set SPOT_CHECKIP_URL to a service that answers with your public address, "
            + "or use a security group of yours with --security-group"
        guard let address = HTTPURL(url) else {
            throw GeneralFailure(
                .usage,
                "cannot use \(url) to find this computer's address",
                hint: hint
            )
        }
        let response: HTTPResponse
        do {
            response = try await transport.send(HTTPRequest(method: "GET", url: address))
        } catch {
            throw GeneralFailure(
                .broken,
                "cannot find this computer's public address: \(url) does not answer",
                hint: hint,
                cause: error
            )
        }
        let text = String(decoding: response.body.prefix(128), as: UTF8.self)
        guard response.status == 200, let address = CallerAddress(text.trimmed) else {
            throw GeneralFailure(
                .broken,
                "cannot find this computer's public address: \(url) answers with "
                    + "status \(response.status) and no address",
                hint: hint
            )
        }
        return address
    }

    private static func canonical(_ text: String, family: Int32) -> String? {
        var address = in6_addr()
        guard unsafe inet_pton(family, text, &address) == 1 else { return nil }
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard unsafe inet_ntop(family, &address, &buffer, socklen_t(buffer.count)) != nil else {
            return nil
        }
        return String(
            decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
    }
}
