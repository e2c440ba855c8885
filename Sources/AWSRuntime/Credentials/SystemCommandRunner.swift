import Glibc
package import SpotSupport
import SystemPackage

/// Runs programs of this machine (`posix_spawnp(3)`).
///
/// They stay in our process group, so that they can ask something on the terminal.
package struct SystemCommandRunner: CommandRunner {
    private let time: any TimeSource

    package init(time: any TimeSource = SystemTime()) {
        self.time = time
    }

    package func run(
        _ words: [String],
        environment: [String: String],
        limit: Duration
    ) async throws(CommandError) -> CommandOutcome {
        let stop: WakePipe
        do throws(SystemCallError) {
            stop = try WakePipe()
        } catch {
            throw CommandError(.broken, error.message)
        }
        let time = time
        let result = await withTaskCancellationHandler {
            await BlockingPool.run { () -> Result<CommandOutcome, CommandError> in
                Result { () throws(CommandError) in
                    let command = try SpawnedCommand(words, environment: environment)
                    return try command.end(by: Deadline(in: limit, of: time), orAt: stop)
                }
            }
        } onCancel: {
            stop.wake()
        }
        return try result.get()
    }
}

/// A program that runs, with the reading ends of its two streams; it does not outlive its holder.
private final class SpawnedCommand {
    private static let longestOutput = 1 << 20
    private static let poll: Duration = .milliseconds(20)

    private let id: pid_t
    private let program: String
    private var streams: [Stream]
    private var status: Int32?

    private struct Stream {
        let descriptor: FileDescriptor
        var bytes: [UInt8] = []
        var isOpen = true
    }

    init(_ words: [String], environment: [String: String]) throws(CommandError) {
        program = words[0]
        do {
            let output = try FileDescriptor.pipe()
            let talk = try FileDescriptor.pipe()
            defer {
                try? output.writeEnd.close()
                try? talk.writeEnd.close()
            }
            streams = [output, talk].map { Stream(descriptor: $0.readEnd) }
            for pipe in [output, talk] {
                _ = fcntl(pipe.readEnd.rawValue, F_SETFD, FD_CLOEXEC)
                _ = fcntl(pipe.writeEnd.rawValue, F_SETFD, FD_CLOEXEC)
            }
            id = try Self.spawn(words, environment, output.writeEnd, talk.writeEnd)
        } catch {
            let errno = error as? Errno ?? .ioError
            throw CommandError(.broken, "cannot run \(words[0]): \(errno.description.lowercased())")
        }
    }

    deinit {
        for stream in streams { try? stream.descriptor.close() }
        guard status == nil else { return }
        kill(id, SIGKILL)
        while waitpid(id, nil, 0) < 0, errno == EINTR {}
    }

    /// Reads until both streams and the program have ended.
    func end(by deadline: Deadline, orAt stop: WakePipe) throws(CommandError) -> CommandOutcome {
        while true {
            let isOver = streams.allSatisfy { !$0.isOpen } && hasEnded()
            if isOver, let status {
                return CommandOutcome(
                    status: status,
                    output: streams[0].bytes,
                    talk: streams[1].bytes
                )
            }
            guard !deadline.hasPassed else {
                throw CommandError(
                    .timedOut,
                    "\(program) was ended after \(deadline.limit.spoken) without an answer"
                )
            }
            try wait(atMost: deadline.remaining, stop)
        }
    }

    /// Waits for output while a stream is open, else looks for the end every few milliseconds.
    private func wait(atMost limit: Duration, _ stop: WakePipe) throws(CommandError) {
        let open = streams.indices.filter { streams[$0].isOpen }
        let pause = open.isEmpty ? min(limit, Self.poll) : limit
        var polls = ([stop.readEnd] + open.map { streams[$0].descriptor }).map {
            pollfd(fd: $0.rawValue, events: Int16(POLLIN), revents: 0)
        }
        let milliseconds = Int32(clamping: Int((pause.seconds * 1000).rounded(.up)))
        _ = unsafe Glibc.poll(&polls, nfds_t(polls.count), milliseconds)
        guard polls[0].revents == 0 else {
            throw CommandError(.cancelled, "stopped waiting for \(program)")
        }
        for (index, poll) in zip(open, polls.dropFirst()) where poll.revents != 0 {
            try read(index)
        }
    }

    private func read(_ index: Int) throws(CommandError) {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        let descriptor = streams[index].descriptor
        let count = try? unsafe chunk.withUnsafeMutableBytes {
            unsafe try descriptor.read(into: $0)
        }
        guard let count, count > 0 else {
            streams[index].isOpen = false
            return
        }
        streams[index].bytes += chunk[..<count]
        guard streams[index].bytes.count <= Self.longestOutput else {
            throw CommandError(.broken, "\(program) printed more than a mebibyte")
        }
    }

    private func hasEnded() -> Bool {
        var raw: Int32 = 0
        guard status == nil, unsafe waitpid(id, &raw, WNOHANG) == id else { return status != nil }
        let signal = raw & 0x7F
        status = signal == 0 ? (raw >> 8) & 0xFF : 128 + signal
        return true
    }

    private static func spawn(
        _ words: [String],
        _ environment: [String: String],
        _ output: FileDescriptor,
        _ talk: FileDescriptor
    ) throws(Errno) -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.rawValue, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, talk.rawValue, 2)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // Dispatch's threads block signals, and the program would inherit that.
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        var id: pid_t = 0
        let program = words[0]
        let variables = environment.map { "\($0.key)=\($0.value)" }
        let problem = unsafe withCStrings(words) { words in
            unsafe withCStrings(variables) { variables in
                unsafe posix_spawnp(&id, program, &actions, &attributes, words, variables)
            }
        }
        guard problem == 0 else { throw Errno(rawValue: problem) }
        return id
    }

    /// Texts as C takes a list of them.
    private static func withCStrings<Value>(
        _ texts: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var list = unsafe texts.map { unsafe strdup($0) } + [nil]
        defer { for index in texts.indices { unsafe free(list[index]) } }
        return unsafe list.withUnsafeMutableBufferPointer { buffer in
            guard let first = buffer.baseAddress else {
                preconditionFailure("the list ends with a null")
            }
            return unsafe body(first)
        }
    }
}
