import SpotSupport
import SpotTestSupport
import Testing

struct DeadlineTests {
    @Test func `what remains shrinks as time passes and never goes below zero`() async throws {
        let time = ManualTime()
        let deadline = Deadline(in: .seconds(10), of: time)
        #expect(deadline.remaining == .seconds(10))
        try await time.sleep(for: .seconds(4))
        #expect(deadline.remaining == .seconds(6))
        #expect(!deadline.hasPassed)
        try await time.sleep(for: .seconds(60))
        #expect(deadline.remaining == .zero)
        #expect(deadline.hasPassed)
    }
}
