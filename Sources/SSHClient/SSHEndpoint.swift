/// Where an SSH server listens.
package struct SSHEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// An IPv4 or IPv6 address, or a name.
    package let host: String
    package let port: UInt16

    package init(host: String, port: UInt16 = 22) {
        self.host = host
        self.port = port
    }

    package var description: String { "\(host) port \(port)" }
}
