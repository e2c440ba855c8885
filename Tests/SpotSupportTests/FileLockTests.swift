import SpotSupport
import SpotTestSupport
import Testing

struct FileLockTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func isFree() throws -> Bool {
        switch try FileLock.tryLock(scratch("web")) {
        case .none: false
        case .some: true
        }
    }

    private func holding(_ body: () throws -> Void) throws {
        guard let lock = try FileLock.tryLock(scratch("web")) else {
            Issue.record("the lock is taken")
            return
        }
        try body()
        withExtendedLifetime(lock) {}
    }

    @Test func `a lock that is held is not given twice`() throws {
        try holding { () throws in #expect(try !isFree()) }
        #expect(try isFree())
    }

    @Test func `a dropped lock leaves no file`() throws {
        try holding { _ = try ScratchDirectory.read(scratch("web")) }
        #expect(throws: (any Error).self) { try ScratchDirectory.read(scratch("web")) }
    }

    @Test func `tasks that count in a file under the lock lose nothing`() async throws {
        try scratch.write("0".utf8, to: "count")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<25 {
                        while true {
                            guard let lock = try FileLock.tryLock(scratch("web")) else {
                                await Task.yield()
                                continue
                            }
                            let text = String(
                                decoding: try ScratchDirectory.read(scratch("count")),
                                as: UTF8.self
                            )
                            let count = try #require(Int(text))
                            try scratch.write("\(count + 1)".utf8, to: "count")
                            withExtendedLifetime(lock) {}
                            break
                        }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try ScratchDirectory.read(scratch("count")) == Array("200".utf8))
    }
}
