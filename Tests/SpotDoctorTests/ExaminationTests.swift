import SpotDoctor
import SpotSupport
import SpotTestSupport
import Testing

struct ExaminationTests {
    @Test func `findings keep the order of the checks, whichever ends first`() async throws {
        let checks = (1...20).map { number in
            Check("check \(number)") {
                for _ in 0..<(20 - number) { await Task.yield() }
                return .ok("\(number)")
            }
        }
        let found = try await Examination(time: ManualTime(.standing)).make(checks)
        #expect(found.map(\.check) == (1...20).map { "check \($0)" })
    }

    @Test func `what a check throws is a problem of that kind, with its way out`() async throws {
        let check = Check("one") { throw GeneralFailure(.denied, "cannot look", hint: "look away") }
        let found = try await Examination(time: ManualTime(.standing)).make([check])
        #expect(found[0].problem == .denied)
        #expect(found[0].verdict.finding == "cannot look")
        #expect(found[0].verdict.remedy == "look away")
    }

    @Test func `a check that hangs ends at its deadline`() async throws {
        let time = ManualTime(.standing)
        let slow = Check("slow") {
            try await time.sleep(for: .seconds(1000))
            return .ok("")
        }
        async let found = Examination(time: time, limit: .seconds(30)).make([slow])
        await time.untilAsleep(2)
        time.advance(by: .seconds(31))
        let diagnosis = try await found[0]
        #expect(diagnosis.problem == .timedOut)
        #expect(diagnosis.verdict.finding == "gave up waiting for the check of slow after 30 s")
    }
}
