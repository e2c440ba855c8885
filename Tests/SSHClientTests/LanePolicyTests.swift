import Testing

@testable import SSHClient

struct LanePolicyTests {
    private static func lanes(
        files: Int = 1,
        megabytes: UInt64,
        roundTrip: Duration = .milliseconds(50),
        rate: Double? = nil
    ) -> Int {
        LanePolicy.lanes(
            files: files,
            bytes: megabytes << 20,
            roundTrip: roundTrip,
            rate: rate.map { $0 * Double(1 << 20) }
        )
    }

    @Test func `near machines get one lane, whatever there is to move`() {
        #expect(Self.lanes(files: 10_000, megabytes: 5000, roundTrip: .milliseconds(1)) == 1)
    }

    @Test func `what fits into one window takes one lane`() {
        #expect(Self.lanes(megabytes: 0) == 1)
        #expect(Self.lanes(megabytes: 2) == 1)
        #expect(Self.lanes(megabytes: 7) == 1)
    }

    @Test func `more to move takes more lanes, eight at most`() {
        #expect(Self.lanes(megabytes: 8) == 2)
        #expect(Self.lanes(megabytes: 32) == 4)
        #expect(Self.lanes(megabytes: 200) == 8)
        #expect(Self.lanes(megabytes: 1 << 30, roundTrip: .seconds(1)) == 8)
    }

    @Test func `many small files take more lanes too`() {
        #expect(Self.lanes(files: 1000, megabytes: 4) == 3)
        #expect(Self.lanes(files: 100_000, megabytes: 4) == 8)
    }

    @Test func `a line that fills no window gets no more than two lanes`() {
        #expect(Self.lanes(megabytes: 200, rate: 5) == 2)
        // 40 MiB a second at 50 ms is one window.
        #expect(Self.lanes(megabytes: 200, rate: 40) == 2)
        #expect(Self.lanes(megabytes: 200, rate: 120) == 6)
    }
}
