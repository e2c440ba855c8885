import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

@testable import SpotDoctor

struct PortProbeTests {
    private func answer(
        of port: UInt16,
        at address: String = "127.0.0.1",
        within limit: Duration = .seconds(30)
    ) async -> String {
        let probe = PortProbe(address: address, port: Int(port))
        return switch await probe.answer(within: limit, time: SystemTime()) {
        case .ssh: "ssh"
        case .other(let what): what
        }
    }

    @Test(
        arguments: [
            ("SSH-2.0-test\r\n", "ssh"), ("HTTP/1.1 400 Bad\r\n", "another protocol"),
            ("SS", "another protocol"), ("", "the connection is closed at once"),
        ]
    )
    func `a server of SSH is known by its greeting`(greeting: String, found: String) async throws {
        let listener = try LoopbackListener()
        async let answer = answer(of: listener.port)
        try await BlockingPool.run { try listener.accept(saying: greeting).close() }
        #expect(await answer == found)
    }

    @Test func `a server that says nothing is not waited for`() async throws {
        let listener = try LoopbackListener()
        let said = await answer(of: listener.port, within: .milliseconds(50))
        #expect(said == "a connection, but no greeting within 50 ms")
    }

    @Test func `where nobody listens it says so`() async throws {
        let port = try LoopbackListener().port
        #expect(await answer(of: port) == "connection refused")
        #expect(await answer(of: port, at: "::1") == "connection refused")
    }

    @Test func `what is no address is not asked`() async {
        #expect(await answer(of: 22, at: "nowhere") != "ssh")
    }
}
