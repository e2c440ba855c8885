import Glibc
import SpotSupport
import SpotTerminal
import SpotTestSupport
import SystemPackage
import Testing

/// Sends real signals to the test process, one test at a time; never three interrupts.
@Suite(.serialized) struct SignalStreamTests {
    @Test(
        arguments: [
            (SignalStream.Request.hangUp, 129), (.interrupt, 130), (.terminate, 143),
        ] as [(SignalStream.Request, Int32)]
    )
    func `a shell's status is 128 and the signal's number`(
        request: SignalStream.Request,
        status: Int32
    ) {
        #expect(request.exitStatus == status)
    }

    @Test func `work that nobody interrupts returns its value`() async throws {
        let stream = try SignalStream.install()
        #expect(try await stream.cancelling { 42 } == 42)
        #expect(stream.request == nil)
    }

    @Test func `a request to end cancels the work and is told before`() async throws {
        let stream = try SignalStream.install()
        let time = ManualTime(.standing)
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await stream.cancelling {
                        try await time.sleep(for: .seconds(60))
                    }
                }
            }
            await time.untilAsleep()
            kill(getpid(), SIGTERM)
        }
        #expect(stream.request == .terminate)
    }

    @Test func `work that ends well in spite of a request keeps its value`() async throws {
        let stream = try SignalStream.install()
        let time = ManualTime(.standing)
        let value = try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                try await stream.cancelling {
                    try? await time.sleep(for: .seconds(60))
                    return 7
                }
            }
            await time.untilAsleep()
            kill(getpid(), SIGHUP)
            return try await group.next()
        }
        #expect(value == 7)
        #expect(stream.request == .hangUp)
    }

    @Test func `what the work throws is thrown`() async throws {
        let stream = try SignalStream.install()
        await #expect(throws: GeneralFailure.self) {
            try await stream.cancelling { throw GeneralFailure(.broken, "cannot go on") }
        }
    }

    @Test func `a changed window makes a descriptor readable until it is drained`() throws {
        let stream = try SignalStream.install()
        kill(getpid(), SIGWINCH)
        #expect(isReadable(stream.windowChanges, within: 10_000))
        stream.drainWindowChanges()
        #expect(!isReadable(stream.windowChanges, within: 0))
    }

    @Test func `a broken pipe no longer ends the process`() throws {
        let stream = try SignalStream.install()
        let (reader, writer) = try FileDescriptor.pipe()
        try reader.close()
        #expect(throws: Errno.brokenPipe) { try writer.writeAll([1]) }
        try writer.close()
        #expect(stream.request == nil)
    }

    private func isReadable(_ descriptor: FileDescriptor, within milliseconds: Int32) -> Bool {
        var ready = pollfd(fd: descriptor.rawValue, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&ready, 1, milliseconds) == 1
    }
}
