import SpotCommands
import SpotSupport
import Testing

struct ExitStatusTests {
    @Test(
        arguments: [
            (FailureKind.broken, 1), (.conflict, 1), (.usage, 2), (.notFound, 3), (.denied, 4),
            (.capacity, 5), (.interrupted, 6), (.transport, 7), (.partial, 8), (.timedOut, 124),
            (.cancelled, 130), (.remoteStatus(42), 42),
        ] as [(FailureKind, Int32)]
    )
    func `each kind of failure has the status of the contract`(kind: FailureKind, status: Int32) {
        let failure = GeneralFailure(kind, "cannot do it")
        #expect(ExitStatus.status(of: failure, under: .verb) == status)
    }

    @Test(
        arguments: [
            (FailureKind.broken, 255), (.conflict, 255), (.usage, 2), (.notFound, 255),
            (.denied, 255),
            (.capacity, 255), (.interrupted, 255), (.transport, 255), (.partial, 255),
            (.timedOut, 124),
            (.cancelled, 130), (.remoteStatus(42), 42), (.remoteStatus(0), 0),
        ] as [(FailureKind, Int32)]
    )
    func `a remote command's status is its own, and ours is ssh's`(kind: FailureKind, status: Int32)
    {
        let failure = GeneralFailure(kind, "cannot do it")
        #expect(ExitStatus.status(of: failure, under: .remoteCommand) == status)
    }

    @Test func `a cancelled task ends as cancelled`() {
        #expect(ExitStatus.status(of: CancellationError(), under: .verb) == 130)
        #expect(ExitStatus.status(of: CancellationError(), under: .remoteCommand) == 130)
    }

    @Test func `every documented status is one that some kind reaches`() {
        let kinds: [FailureKind] = [
            .broken, .usage, .notFound, .denied, .capacity, .interrupted, .transport, .partial,
            .timedOut, .cancelled,
        ]
        let reached = kinds.map { ExitStatus.status(of: GeneralFailure($0, ""), under: .verb) }
        #expect(ExitStatus.table.map(\.status) == [0] + reached)
    }
}
