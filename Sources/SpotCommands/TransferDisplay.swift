import SSHClient
import SpotSupport
import SpotTerminal
import Synchronization

/// Shows on a meter how far a transfer is.
final class TransferDisplay: Sendable {
    private let meter: ProgressMeter
    private let last = Mutex(TransferProgress())

    init(_ verb: ProgressMeter.Verb, on console: any Console, time: any TimeSource) {
        meter = ProgressMeter(verb, on: console, time: time)
    }

    /// Takes a transfer's totals and hands the meter what is new in them.
    @Sendable func update(_ now: TransferProgress) {
        let before = last.withLock { last in
            defer { last = now }
            return last
        }
        if now.isComplete != before.isComplete || now.expectedBytes != before.expectedBytes {
            meter.expect(
                bytes: now.isComplete ? Int64(clamping: now.expectedBytes) : nil,
                files: now.isComplete ? now.expectedFiles : nil
            )
        }
        meter.add(bytes: Int64(clamping: now.bytes) - Int64(clamping: before.bytes))
        for _ in before.files..<max(before.files, now.files) { meter.endFile() }
    }

    func finish(successfully: Bool) {
        meter.finish(successfully: successfully)
    }
}
