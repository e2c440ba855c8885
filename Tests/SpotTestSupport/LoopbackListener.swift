import Glibc
package import SystemPackage

/// A TCP port on 127.0.0.1 that the kernel accepts connections for, and that says nothing.
package final class LoopbackListener: Sendable {
    package let port: UInt16
    private let descriptor: CInt

    package init() throws {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let socket = descriptor
        let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bound in
                unsafe bind(socket, bound, length) | listen(socket, 16)
                    | getsockname(socket, bound, &length)
            }
        }
        guard code == 0 else { throw Errno(rawValue: errno) }
        port = UInt16(bigEndian: address.sin_port)
    }

    deinit {
        close(descriptor)
    }

    /// Accepts one connection and says `greeting` on it; the caller closes it.
    package func accept(saying greeting: String) -> FileDescriptor {
        let connection = Glibc.accept(descriptor, nil, nil)
        let file = FileDescriptor(rawValue: connection)
        _ = try? file.writeAll(greeting.utf8)
        return file
    }
}
