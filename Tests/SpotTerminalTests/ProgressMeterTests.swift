import SpotSupport
import SpotTerminal
import SpotTestSupport
import Testing

struct ProgressMeterTests {
    private let time = ManualTime()
    private let mebibyte: Int64 = 1_048_576

    @Test func `a terminal sees share, amount, rate and time left on one line`() async throws {
        let console = RecordingConsole.terminal()
        let meter = ProgressMeter(
            .upload,
            on: console,
            time: time,
            totalBytes: 100 * mebibyte,
            totalFiles: 2
        )
        meter.beginFile("big.tar")
        for _ in 0..<10 {
            try await time.sleep(for: .seconds(1))
            meter.add(bytes: 4 * mebibyte)
        }
        #expect(
            console.liveLines.last
                == "uploading big.tar  40 %  40.0 MiB of 100 MiB  0 of 2 files  4.00 MiB/s  15 s left"
        )
        #expect(console.talk.isEmpty)
    }

    @Test func `the end is one plain line and the live one goes`() async throws {
        let console = RecordingConsole.terminal()
        let meter = ProgressMeter(.download, on: console, time: time, totalBytes: 2 * mebibyte)
        try await time.sleep(for: .seconds(2))
        meter.add(bytes: 2 * mebibyte)
        meter.endFile()
        meter.finish()
        meter.finish()
        #expect(console.liveLines.last == .some(nil))
        #expect(console.talk == "downloaded 1 file, 2.00 MiB in 2 s (1.00 MiB/s)\n")
    }

    @Test func `a failed transfer has no final line`() {
        let console = RecordingConsole.terminal()
        ProgressMeter(.upload, on: console, time: time).finish(successfully: false)
        #expect(console.talk.isEmpty)
    }

    @Test func `it is drawn ten times a second at most`() async throws {
        let console = RecordingConsole.terminal()
        let meter = ProgressMeter(.upload, on: console, time: time)
        for _ in 0..<1000 {
            try await time.sleep(for: .milliseconds(1))
            meter.add(bytes: 1)
        }
        #expect(console.liveLines.count <= 10)
    }

    @Test func `piped, a line comes every ten seconds`() async throws {
        let console = RecordingConsole()
        let meter = ProgressMeter(.upload, on: console, time: time, totalBytes: 1000 * mebibyte)
        for _ in 0..<25 {
            try await time.sleep(for: .seconds(1))
            meter.add(bytes: mebibyte)
        }
        let lines = console.talk.split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[0] == "uploading  1 %  10.0 MiB of 1000 MiB  1.00 MiB/s  16 min 30 s left")
    }

    @Test func `with JSON each event is an object on standard error`() async throws {
        let console = RecordingConsole.terminal(format: .json)
        let meter = ProgressMeter(.upload, on: console, time: time, totalBytes: 4)
        try await time.sleep(for: .seconds(2))
        meter.add(bytes: 4)
        meter.endFile()
        meter.finish()
        #expect(
            console.talk == """
                {"event":"progress","progress":{"bytes":4,"bytesPerSecond":2,"files":0,\
                "secondsElapsed":2,"secondsLeft":0,"totalBytes":4}}
                {"event":"finished","progress":{"bytes":4,"bytesPerSecond":2,"files":1,\
                "secondsElapsed":2,"secondsLeft":0,"totalBytes":4}}

                """
        )
        #expect(console.output.isEmpty && console.liveLines.isEmpty)
    }

    @Test func `bytes that were there already count but do not flatter the rate`() async throws {
        let console = RecordingConsole()
        let meter = ProgressMeter(.upload, on: console, time: time, totalBytes: 100)
        meter.skip(bytes: 90)
        try await time.sleep(for: .seconds(5))
        meter.add(bytes: 10)
        let end = meter.finish()
        #expect(end.bytes == 100)
        #expect(end.bytesPerSecond == 2)
    }

    @Test func `a stall shows as a falling rate`() async throws {
        let console = RecordingConsole.terminal()
        let meter = ProgressMeter(.upload, on: console, time: time)
        for _ in 0..<5 {
            try await time.sleep(for: .seconds(1))
            meter.add(bytes: 1024)
        }
        try await time.sleep(for: .seconds(60))
        meter.refresh()
        #expect(console.liveLines.last == "uploading  5.00 KiB  0 B/s")
    }

    @Test func `many threads may count at once`() async {
        let meter = ProgressMeter(.upload, on: RecordingConsole(), time: time)
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask { for _ in 0..<1000 { meter.add(bytes: 1) } }
            }
        }
        #expect(meter.finish().bytes == 8000)
    }

    @Test func `an empty transfer is complete`() {
        let console = RecordingConsole()
        ProgressMeter(.upload, on: console, time: time, totalBytes: 0).finish()
        #expect(console.talk == "uploaded 0 files, 0 B in 0 ms\n")
    }

    @Test func `quiet means not a word`() {
        let traits = ConsoleTraits(
            outputIsTerminal: true,
            talkIsTerminal: true,
            verbosity: .quiet
        )
        let console = RecordingConsole(traits: traits)
        ProgressMeter(.upload, on: console, time: time).finish()
        #expect(console.talk.isEmpty)
    }
}
