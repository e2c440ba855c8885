import Dispatch
import Glibc
package import HTTPTransport
import Synchronization

/// An HTTP server on 127.0.0.1 that behaves exactly as badly as a test says.
package final class LoopbackHTTPServer: Sendable {
    /// What the server does with one request; the last of the script is used again for further ones.
    package enum Reaction: Sendable {
        /// Sends these bytes and keeps the connection.
        case send(String)
        /// Sends these bytes and closes the connection in order.
        case sendAndClose(String)
        /// Sends these bytes and then nothing for as long as the client waits.
        case sendAndStall(String)
        /// Reads the request and breaks the connection (RST).
        case reset
        /// Breaks the connection before it has read anything.
        case resetUnread
        /// Sends these bytes before it has read anything, and closes the connection.
        case sendUnread(String)
    }

    private struct State {
        var script: [Reaction]
        var requests: [String] = []
        var connections: Set<Int32> = []
        var connectionCount = 0
        var isStopped = false
    }

    package let port: Int
    private let listener: Int32
    private let state: Mutex<State>

    private init(_ script: [Reaction]) throws {
        (listener, port) = try LoopbackSocket.listen()
        state = Mutex(State(script: script))
        Self.onThread { [self] in acceptLoop() }
    }

    /// Runs `body` with a server that follows `script`, and stops it afterwards.
    package static func serve<Value>(
        _ script: Reaction...,
        body: (LoopbackHTTPServer) async throws -> Value
    ) async throws -> Value {
        let server = try LoopbackHTTPServer(script)
        defer { server.stop() }
        return try await body(server)
    }

    package var url: HTTPURL { HTTPURL(.http, host: "127.0.0.1", port: port) }

    /// What has been read so far, one text a request.
    package var requests: [String] { state.withLock { $0.requests } }

    /// How many connections were made.
    package var connectionCount: Int { state.withLock { $0.connectionCount } }

    private func stop() {
        shutdown(listener, Int32(SHUT_RDWR))
        state.withLock { state in
            state.isStopped = true
            for connection in state.connections { shutdown(connection, Int32(SHUT_RDWR)) }
        }
    }

    private func acceptLoop() {
        while case let connection = accept(listener, nil, nil), connection >= 0 {
            let isStopped = state.withLock { state in
                state.connections.insert(connection)
                state.connectionCount += 1
                return state.isStopped
            }
            if isStopped { shutdown(connection, Int32(SHUT_RDWR)) }
            Self.onThread { [self] in
                converse(on: connection)
                state.withLock { _ = $0.connections.remove(connection) }
                close(connection)
            }
        }
        close(listener)
    }

    /// A serial queue of its own gets a thread at once, however many others are blocked.
    private static func onThread(_ body: @escaping @Sendable () -> Void) {
        DispatchQueue(label: "spot.test.http").async(execute: body)
    }

    /// Answers requests until one reaction or the client ends the connection.
    private func converse(on connection: Int32) {
        switch next(taking: false) {
        case .resetUnread:
            _ = next(taking: true)
            LoopbackSocket.resetOnClose(connection)
            return
        case .sendUnread(let text):
            _ = next(taking: true)
            LoopbackSocket.write(text, to: connection)
            return
        case .send, .sendAndClose, .sendAndStall, .reset:
            break
        }
        while let request = LoopbackSocket.readRequest(connection) {
            state.withLock { $0.requests.append(request) }
            switch next(taking: true) {
            case .send(let text):
                LoopbackSocket.write(text, to: connection)
            case .sendAndClose(let text), .sendUnread(let text):
                LoopbackSocket.write(text, to: connection)
                return
            case .sendAndStall(let text):
                LoopbackSocket.write(text, to: connection)
                _ = LoopbackSocket.readRequest(connection)
                return
            case .reset, .resetUnread:
                LoopbackSocket.resetOnClose(connection)
                return
            }
        }
    }

    private func next(taking: Bool) -> Reaction {
        state.withLock { state in
            taking && state.script.count > 1 ? state.script.removeFirst() : state.script[0]
        }
    }
}

/// The system calls of the server.
private enum LoopbackSocket {
    struct Problem: Error {
        let errno: Int32
    }

    static func listen() throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isReady = unsafe withUnsafeMutableBytes(of: &address) { raw in
            guard
                let pointer = unsafe raw.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            else {
                return false
            }
            return unsafe bind(descriptor, pointer, length) == 0
                && Glibc.listen(descriptor, 16) == 0
                && getsockname(descriptor, pointer, &length) == 0
        }
        guard isReady else { throw Problem(errno: errno) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    /// One request, head and body; nil once the client has gone.
    static func readRequest(_ connection: Int32) -> String? {
        var received: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe recv(connection, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            received += chunk[..<count]
            let text = String(decoding: received, as: UTF8.self)
            guard let end = text.firstRange(of: "\r\n\r\n") else { continue }
            let length = text[..<end.lowerBound].lowercased().split(separator: "\r\n")
                .first { $0.hasPrefix("content-length:") }
                .flatMap { Int($0.dropFirst(15).drop { $0 == " " }) }
            if text[end.upperBound...].utf8.count >= length ?? 0 { return text }
        }
    }

    static func write(_ text: String, to connection: Int32) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    static func resetOnClose(_ connection: Int32) {
        var option = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            connection,
            SOL_SOCKET,
            SO_LINGER,
            &option,
            socklen_t(MemoryLayout<linger>.size)
        )
    }
}
