import Glibc
import SpotSupport
import SpotTestSupport
import Testing

struct BlockingPoolTests {
    private struct Refusal: Error, Equatable {}

    @Test func `the pool hands back what a call returns`() async {
        #expect(await BlockingPool.run { () throws(Never) in 42 } == 42)
    }

    @Test func `the pool hands back what a call throws`() async {
        await #expect(throws: Refusal()) {
            try await BlockingPool.run { () throws(Refusal) -> Int in throw Refusal() }
        }
    }

    @Test func `calls that block do not keep each other waiting`() async throws {
        // Each reads what another writes: on one thread they would never end.
        let pipes = try (0..<8).map { _ in try Pipe() }
        await withTaskGroup(of: Void.self) { group in
            for pipe in pipes {
                group.addTask { await BlockingPool.run { () throws(Never) in pipe.read() } }
            }
            for pipe in pipes {
                group.addTask { await BlockingPool.run { () throws(Never) in pipe.write() } }
            }
        }
    }

    private struct Pipe: Sendable {
        let ends: [Int32]

        init() throws {
            var ends: [Int32] = [-1, -1]
            try #require(unsafe pipe(&ends) == 0)
            self.ends = ends
        }

        func read() {
            var byte: UInt8 = 0
            _ = unsafe Glibc.read(ends[0], &byte, 1)
            close(ends[0])
        }

        func write() {
            var byte: UInt8 = 1
            _ = unsafe Glibc.write(ends[1], &byte, 1)
            close(ends[1])
        }
    }
}
