import Glibc
import SpotSupport
import SystemPackage
import Testing

struct WakePipeTests {
    private func isReadable(_ pipe: WakePipe) -> Bool {
        var ready = pollfd(fd: pipe.readEnd.rawValue, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&ready, 1, 0) == 1
    }

    @Test func `it is readable from a wake to the next drain`() throws {
        let pipe = try WakePipe()
        #expect(!isReadable(pipe))
        pipe.wake(7)
        pipe.wake()
        #expect(isReadable(pipe))
        #expect(pipe.drain() == [7, 0])
        #expect(!isReadable(pipe))
        #expect(pipe.drain().isEmpty)
    }

    @Test func `a full pipe stops nobody`() throws {
        let pipe = try WakePipe()
        for _ in 0..<100_000 { pipe.wake() }
        #expect(isReadable(pipe))
    }

    @Test func `programs that we start do not get it`() throws {
        let pipe = try WakePipe()
        for end in [pipe.readEnd, pipe.writeEnd] {
            #expect(fcntl(end.rawValue, F_GETFD) & FD_CLOEXEC != 0)
        }
    }
}
