import SpotSupport
import Testing

struct BackoffTests {
    private let steady = Backoff(first: .seconds(1), factor: 2, ceiling: .seconds(5)) { 1 }

    @Test func `pauses grow by the factor up to the ceiling`() {
        let pauses = (1...5).map { steady.pause(beforeAttempt: $0) }
        #expect(pauses == [1, 2, 4, 5, 5].map { .seconds($0) })
    }

    @Test func `jitter takes at most a quarter away`() {
        let low = Backoff(first: .seconds(4), ceiling: .seconds(60)) { 0 }
        #expect(low.pause(beforeAttempt: 1) == .seconds(3))
    }

    @Test(arguments: [0, -3])
    func `an attempt before the first counts as the first`(attempt: Int) {
        #expect(steady.pause(beforeAttempt: attempt) == .seconds(1))
    }

    @Test func `random jitter stays within its bounds`() {
        let backoff = Backoff(first: .seconds(4), ceiling: .seconds(60))
        for _ in 0..<100 {
            let pause = backoff.pause(beforeAttempt: 1)
            #expect(pause >= .seconds(3) && pause <= .seconds(4))
        }
    }
}
