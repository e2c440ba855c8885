import SpotTestSupport
import Testing

@testable import SSHClient

struct LivenessTests {
    private let time = ManualTime()
    private var liveness: Liveness

    init() {
        liveness = Liveness(
            deadlines: SSHDeadlines(quiet: .seconds(10), silence: .seconds(45)),
            time: time
        )
    }

    private mutating func verdict(
        after pause: Duration,
        isHeard: Bool = false,
        acknowledged: Duration? = nil
    ) async throws -> Liveness.Verdict {
        try await time.sleep(for: pause)
        return liveness.judge(isHeard: isHeard, acknowledged: acknowledged)
    }

    @Test mutating func `a peer that answers no question is given up after its time`() async throws
    {
        var verdicts: [Liveness.Verdict] = []
        while verdicts.last != .giveUp, verdicts.count < 10 {
            verdicts.append(try await verdict(after: liveness.pause))
        }
        #expect(verdicts == [.ask, .ask, .ask, .ask, .giveUp])
        #expect(time.uptime == .seconds(45))
    }

    @Test func `by the standard a dead peer is asked three times and given up within 15 seconds`()
        async throws
    {
        var liveness = Liveness(deadlines: .standard, time: time)
        var verdicts: [Liveness.Verdict] = []
        while verdicts.last != .giveUp, verdicts.count < 10 {
            try await time.sleep(for: liveness.pause)
            verdicts.append(liveness.judge(isHeard: false, acknowledged: nil))
        }
        #expect(verdicts == [.ask, .ask, .ask, .giveUp])
        #expect(time.uptime <= .seconds(15))
    }

    @Test mutating func `one who slept asks before giving up`() async throws {
        #expect(try await verdict(after: .seconds(3600)) == .ask)
        #expect(liveness.pause == .seconds(10))
        #expect(try await verdict(after: .seconds(1), isHeard: true) == .wait)
    }

    @Test mutating func `a question from before the sleep is asked again`() async throws {
        #expect(try await verdict(after: .seconds(10)) == .ask)
        #expect(try await verdict(after: .seconds(3600)) == .ask)
        #expect(try await verdict(after: .seconds(10)) == .ask)
        #expect(try await verdict(after: .seconds(1), isHeard: true) == .wait)
    }

    @Test mutating func `a peer that acknowledges what we send is alive`() async throws {
        for _ in 0..<20 {
            let verdict = try await verdict(after: .seconds(10), acknowledged: .seconds(1))
            #expect(verdict == .wait)
        }
    }

    @Test mutating func `every answer starts the time anew`() async throws {
        for _ in 0..<20 {
            #expect(try await verdict(after: .seconds(10)) == .ask)
            #expect(try await verdict(after: .seconds(1), isHeard: true) == .wait)
        }
    }
}
