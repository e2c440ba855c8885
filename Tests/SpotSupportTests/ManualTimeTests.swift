import FoundationEssentials
import SpotTestSupport
import Testing

/// The double that many tests lean on must itself be right.
struct ManualTimeTests {
    @Test func `jumping time moves on by each sleep`() async throws {
        let time = ManualTime()
        let before = time.now
        try await time.sleep(for: .seconds(90))
        #expect(time.uptime == .seconds(90))
        #expect(time.now.timeIntervalSince(before) == 90)
    }

    @Test func `standing time wakes only those whose time has come`() async throws {
        let time = ManualTime(.standing)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for seconds in [30, 10, 20] {
                group.addTask {
                    try await time.sleep(for: .seconds(seconds))
                    return seconds
                }
            }
            await time.untilAsleep(3)
            time.advance(by: .seconds(10))
            let woken10 = try await group.next()
            #expect(woken10 == 10)
            time.advance(by: .seconds(10))
            let woken20 = try await group.next()
            #expect(woken20 == 20)
            time.advance(by: .seconds(10))
            let woken30 = try await group.next()
            #expect(woken30 == 30)
        }
    }

    @Test func `a cancelled sleep throws`() async {
        let time = ManualTime(.standing)
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await time.sleep(for: .seconds(1))) == nil }
            await time.untilAsleep()
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }
}
