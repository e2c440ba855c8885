import FoundationEssentials
import SpotSupport
import Testing

struct TimeSourceTests {
    @Test func `uptime never goes back`() {
        let time = SystemTime()
        let moments = (0..<100).map { _ in time.uptime }
        #expect(moments == moments.sorted())
    }

    @Test func `the time of day is the system's`() {
        #expect(abs(SystemTime().now.timeIntervalSinceNow) < 5)
    }

    @Test func `a sleep ends at once when its task is cancelled`() async {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { (try? await SystemTime().sleep(for: .seconds(3600))) == nil }
            group.cancelAll()
            #expect(await group.next() == true)
        }
    }
}
