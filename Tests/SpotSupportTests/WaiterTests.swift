import SpotSupport
import SpotTestSupport
import Synchronization
import Testing

struct WaiterTests {
    private let time = ManualTime()

    private func waiter(limit: Duration) -> Waiter {
        Waiter(
            for: "web to be running",
            limit: limit,
            backoff: Backoff(first: .seconds(2), factor: 1, ceiling: .seconds(2)) { 1 },
            time: time
        )
    }

    @Test func `the first look is immediate`() async throws {
        let value = try await waiter(limit: .seconds(60)).value { _ in "running" }
        #expect(value == "running")
        #expect(time.slept.isEmpty)
    }

    @Test func `it looks again until there is a value`() async throws {
        var looks = 0
        let value = try await waiter(limit: .seconds(60)).value { _ -> Int? in
            looks += 1
            return looks == 4 ? looks : nil
        }
        #expect(value == 4)
        #expect(time.slept == Array(repeating: .seconds(2), count: 3))
    }

    @Test
    func `there is a last look at the deadline and then a failure that says what was awaited`()
        async throws
    {
        var looks: [Duration] = []
        let error = await #expect(throws: WaitTimedOut.self) {
            try await waiter(limit: .seconds(5)).value { deadline -> Int? in
                looks.append(deadline.remaining)
                return nil
            }
        }
        #expect(looks == [5, 3, 1, 0].map { .seconds($0) })
        #expect(error?.message == "gave up waiting for web to be running after 5 s")
        #expect(error?.kind == .timedOut)
    }

    @Test func `what a look throws ends the wait`() async {
        await #expect(throws: GeneralFailure.self) {
            try await waiter(limit: .seconds(5)).value { _ -> Int? in
                throw GeneralFailure(.denied, "cannot look")
            }
        }
    }

    @Test func `a cancelled wait ends at its next pause`() async {
        let time = ManualTime(.standing)
        let waiter = Waiter(
            for: "never",
            limit: .seconds(60),
            backoff: Backoff(first: .seconds(2), ceiling: .seconds(2)),
            time: time
        )
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                do {
                    _ = try await waiter.value { _ -> Int? in nil }
                    return false
                } catch { return error is CancellationError }
            }
            await time.untilAsleep()
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }
}
