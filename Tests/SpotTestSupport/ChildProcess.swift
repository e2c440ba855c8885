import Foundation
import Glibc
package import SystemPackage

/// A program to run in a session of its own that inherits nothing but its three streams.
///
/// It has no controlling terminal unless it is given one, whatever the tests were started from.
/// `Foundation.Process` would hand every open descriptor down and wait for the last of its holders.
package struct ChildProcess: Sendable {
    /// What a program left behind.
    package struct Result: Sendable {
        /// 128 + the signal for one that was killed, as a shell says it.
        package let status: Int32
        package let outputBytes: [UInt8]
        package let talk: String

        package var output: String { String(decoding: outputBytes, as: UTF8.self) }
    }

    /// Where its three streams lead.
    package struct Streams: Sendable {
        package var input: FileDescriptor
        package var output: FileDescriptor
        package var talk: FileDescriptor

        package init(input: FileDescriptor, output: FileDescriptor, talk: FileDescriptor) {
            self.input = input
            self.output = output
            self.talk = talk
        }
    }

    package let program: String
    package let environment: [String: String]

    package init(_ program: String, environment: [String: String]) {
        self.program = program
        self.environment = environment
    }

    /// With the environment of the tests.
    package init(_ program: String) {
        self.init(program, environment: ProcessInfo.processInfo.environment)
    }

    /// Runs it to its end; files take its output, so that no amount of it blocks anything.
    /// - Throws: `RunningProcess.Overdue` after `limit`; it is killed then.
    package func run(
        _ arguments: [String],
        input: [UInt8] = [],
        in directory: String? = nil,
        within limit: Duration = .seconds(60)
    ) async throws -> Result {
        let files = try StreamFiles(input)
        let process = try start(arguments, files.streams, in: directory)
        return try files.result(await process.end(within: limit))
    }

    /// Runs it to its end and blocks meanwhile: for programs that take no time.
    package func runBlocking(
        _ arguments: [String],
        input: [UInt8] = [],
        in directory: String? = nil
    ) throws -> Result {
        let files = try StreamFiles(input)
        let process = try start(arguments, files.streams, in: directory)
        return try files.result(process.waitForEnd())
    }

    /// Starts it with these streams.
    package func start(_ arguments: [String], _ streams: Streams, in directory: String? = nil)
        throws -> RunningProcess
    {
        // env(1) changes the directory and becomes the program.
        let words = directory.map { ["/usr/bin/env", "-C", $0, program] } ?? [program]
        return unsafe try spawn(words + arguments) { actions in
            for (number, stream) in [streams.input, streams.output, streams.talk].enumerated() {
                unsafe posix_spawn_file_actions_adddup2(&actions, stream.rawValue, Int32(number))
            }
        }
    }

    /// Starts it with all three streams on a terminal, which becomes its controlling terminal: a
    /// session without one takes the first that it opens.
    package func start(_ arguments: [String], onTerminal path: FilePath) throws -> RunningProcess {
        unsafe try spawn([program] + arguments) { actions in
            unsafe posix_spawn_file_actions_addopen(&actions, 0, path.string, O_RDWR, 0)
            unsafe posix_spawn_file_actions_adddup2(&actions, 0, 1)
            unsafe posix_spawn_file_actions_adddup2(&actions, 0, 2)
        }
    }

    private func spawn(
        _ words: [String],
        _ arrange: (inout posix_spawn_file_actions_t) -> Void
    ) throws -> RunningProcess {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe arrange(&actions)
        // Nothing else is handed down: not a lock, not the end of another child's pipe.
        for number in Int32(3)..<1024 { unsafe posix_spawn_file_actions_addclose(&actions, number) }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Dispatch's threads block signals, and a child would inherit that.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        unsafe sigfillset(&all)
        unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | Self.newSession
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))

        var id: pid_t = 0
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let problem = unsafe CStringArray.with(words) { arguments in
            unsafe CStringArray.with(variables) { variables in
                unsafe posix_spawn(&id, words[0], &actions, &attributes, arguments, variables)
            }
        }
        guard problem == 0 else { throw Errno(rawValue: problem) }
        return RunningProcess(id: id, what: words.joined(separator: " "))
    }

    /// `POSIX_SPAWN_SETSID` of spawn.h, which Swift cannot import.
    private static let newSession: Int32 = 0x80
}

/// Texts as C takes a list of them.
private enum CStringArray {
    static func with<Value>(
        _ texts: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) throws -> Value
    ) rethrows -> Value {
        let list =
            UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
            .allocate(capacity: texts.count + 1)
        for (index, text) in texts.enumerated() { unsafe list[index] = unsafe strdup(text) }
        unsafe list[texts.count] = nil
        defer {
            for index in texts.indices { unsafe free(list[index]) }
            unsafe list.deallocate()
        }
        return try unsafe body(list)
    }
}

/// Files for the three streams of a program.
private struct StreamFiles {
    private let files: (input: NamelessFile, output: NamelessFile, talk: NamelessFile)

    init(_ input: [UInt8]) throws {
        files = try (NamelessFile(input), NamelessFile(), NamelessFile())
    }

    var streams: ChildProcess.Streams {
        ChildProcess.Streams(
            input: files.input.descriptor,
            output: files.output.descriptor,
            talk: files.talk.descriptor
        )
    }

    func result(_ status: Int32) throws -> ChildProcess.Result {
        ChildProcess.Result(
            status: status,
            outputBytes: try files.output.contents(),
            talk: String(decoding: try files.talk.contents(), as: UTF8.self)
        )
    }
}

/// A file without a name.
private final class NamelessFile {
    let descriptor: FileDescriptor

    init(_ contents: [UInt8] = []) throws {
        let path = FilePath("/tmp/spot-stream-\(UInt64.random(in: .min ... .max))")
        descriptor = try FileDescriptor.open(
            path,
            .readWrite,
            options: [.create, .exclusiveCreate, .closeOnExec],
            permissions: .ownerReadWrite
        )
        unsafe unlink(path.string)
        try descriptor.writeAll(contents)
        try descriptor.seek(offset: 0, from: .start)
    }

    deinit {
        try? descriptor.close()
    }

    func contents() throws -> [UInt8] {
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = try unsafe chunk.withUnsafeMutableBytes { chunk in
                unsafe try descriptor.read(fromAbsoluteOffset: Int64(contents.count), into: chunk)
            }
            if count == 0 { return contents }
            contents += chunk[..<count]
        }
    }
}
