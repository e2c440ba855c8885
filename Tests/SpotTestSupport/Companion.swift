import Foundation
import Synchronization
import SystemPackage

/// A program that serves this test process line by line and ends with it, however that happens: its
/// standard input is a pipe from here.
final class Companion: Sendable {
    private let process: RunningProcess
    private let input: FileDescriptor
    private let output: FileDescriptor
    private let unread = Mutex<[UInt8]>([])

    init(_ program: String, _ arguments: [String], environment: [String: String]? = nil) throws {
        let toIt = try FileDescriptor.pipe()
        let fromIt = try FileDescriptor.pipe()
        input = toIt.writeEnd
        output = fromIt.readEnd
        defer {
            try? toIt.readEnd.close()
            try? fromIt.writeEnd.close()
        }
        let child = ChildProcess(
            program,
            environment: environment ?? ProcessInfo.processInfo.environment
        )
        process = try child.start(
            arguments,
            ChildProcess.Streams(
                input: toIt.readEnd,
                output: fromIt.writeEnd,
                talk: FileDescriptor.standardError
            )
        )
    }

    /// Closing its standard input ends it.
    func end() {
        try? input.close()
        process.waitForEnd()
        try? output.close()
    }

    func send(_ line: String) throws {
        try input.writeAll((line + "\n").utf8)
    }

    /// The next line, without its end; nil when there is no more.
    ///
    /// Blocks until it is there.
    func nextLine() -> String? {
        unread.withLock { unread in
            var chunk = [UInt8](repeating: 0, count: 4096)
            while true {
                if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { unread.removeSubrange(...end) }
                    return String(decoding: unread[..<end], as: UTF8.self)
                }
                let count = unsafe chunk.withUnsafeMutableBytes { chunk in
                    (unsafe try? output.read(into: chunk)) ?? 0
                }
                if count == 0 { return nil }
                unread += chunk[..<count]
            }
        }
    }
}
