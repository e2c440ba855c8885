import Dispatch
import Glibc
import SpotTestSupport
import SystemPackage

/// A long line to a port of 127.0.0.1, for one connection: everything arrives late, and the line
/// breaks where a test says.
final class LineRelay: Sendable {
    /// Ends both sides once so many bytes have gone one way.
    enum Cut: Sendable {
        case never
        case up(after: Int)
        case down(after: Int)
    }

    private struct Way {
        let from: CInt
        let to: CInt
        let limit: Int
        var waiting: [(due: ContinuousClock.Instant, bytes: [UInt8])] = []
        var count = 0
    }

    let port: UInt16
    private let listener: LoopbackListener

    /// - Parameter delay: Each way.
    init(to port: UInt16, delay: Duration, cut: Cut = .never) throws {
        let listener = try LoopbackListener()
        self.listener = listener
        self.port = listener.port
        DispatchQueue(label: "spot.test.line").async {
            let near = listener.accept(saying: "")
            let far = Self.connect(to: port)
            Self.carry(near.rawValue, far, delay: delay, cut: cut)
            try? near.close()
            _ = Glibc.close(far)
        }
    }

    private static func connect(to port: UInt16) -> CInt {
        let socket = Glibc.socket(AF_INET, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        return socket
    }

    /// Carries both ways until one side ends or the line is cut.
    private static func carry(_ near: CInt, _ far: CInt, delay: Duration, cut: Cut) {
        var up = Way(from: near, to: far, limit: .max)
        var down = Way(from: far, to: near, limit: .max)
        switch cut {
        case .never: break
        case .up(let count): up = Way(from: near, to: far, limit: count)
        case .down(let count): down = Way(from: far, to: near, limit: count)
        }
        while true {
            let next = [up, down].compactMap(\.waiting.first?.due).min()
            let pause = next.map { max(.zero, ContinuousClock.now.duration(to: $0)) }
            var polls = [up, down].map { pollfd(fd: $0.from, events: Int16(POLLIN), revents: 0) }
            let milliseconds = pause.map { CInt($0 / .milliseconds(1)) + 1 } ?? -1
            _ = unsafe poll(&polls, 2, milliseconds)
            guard advance(&up, isReady: polls[0].revents != 0, delay: delay),
                advance(&down, isReady: polls[1].revents != 0, delay: delay)
            else { return }
        }
    }

    /// False when the line is over.
    private static func advance(_ way: inout Way, isReady: Bool, delay: Duration) -> Bool {
        if isReady {
            var buffer = [UInt8](repeating: 0, count: 64 << 10)
            let count = unsafe read(way.from, &buffer, buffer.count)
            guard count > 0 else { return false }
            way.waiting.append((.now + delay, Array(buffer[..<count])))
        }
        while let first = way.waiting.first, first.due <= .now {
            way.waiting.removeFirst()
            let bytes = first.bytes.prefix(way.limit - way.count)
            way.count += bytes.count
            guard (try? FileDescriptor(rawValue: way.to).writeAll(bytes)) != nil,
                way.count < way.limit
            else { return false }
        }
        return true
    }
}
