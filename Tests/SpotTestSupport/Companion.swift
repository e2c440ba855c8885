import Foundation
import Synchronization

/// A program that serves this test process line by line and ends with it, however that happens: its
/// standard input is a pipe from here.
final class Companion: Sendable {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let unread = Mutex<[UInt8]>([])

    init(_ program: String, _ arguments: [String], environment: [String: String]? = nil) throws {
        process.executableURL = URL(filePath: program)
        process.arguments = arguments
        if let environment { process.environment = environment }
        process.standardInput = input
        process.standardOutput = output
        try process.run()
    }

    /// Closing its standard input ends it.
    func end() {
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    func send(_ line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    }

    /// The next line, without its end; nil when there is no more. Blocks.
    func nextLine() -> String? {
        unread.withLock { unread in
            while true {
                if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { unread.removeSubrange(...end) }
                    return String(decoding: unread[..<end], as: UTF8.self)
                }
                let more = output.fileHandleForReading.availableData
                if more.isEmpty { return nil }
                unread += more
            }
        }
    }
}
