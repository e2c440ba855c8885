import HTTPTransport
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

struct CallerAddressTests {
    @Test(arguments: [
        ("198.51.100.7", "198.51.100.7/32"), ("2001:db8::7", "2001:db8::7/128"),
        ("2001:0DB8:0:0:0:0:0:7", "2001:db8::7/128"), ("::ffff:1.2.3.4", "::ffff:1.2.3.4/128"),
    ])
    func `an address is read in its canonical form`(text: String, cidr: String) {
        #expect(CallerAddress(text)?.cidr == cidr)
    }

    @Test(arguments: [
        "", "198.51.100", "198.51.100.256", "0x7f000001", "198.51.100.7/32", "fe80::1%eth0", "::g",
        "198.51.100.7\n", "example.com", "0.0.0.0/0",
    ])
    func `anything else is no address`(text: String) {
        #expect(CallerAddress(text) == nil)
    }

    @Test(arguments: ["198.51.100.7", "198.51.100.7\n", " 198.51.100.7\r\n"])
    func `the service's answer may have blanks around it`(body: String) async throws {
        let transport = FakeTransport([.status(200, body)])
        let address = try await CallerAddress.ask("https://ip.test/", over: transport)
        #expect(address.text == "198.51.100.7")
        #expect(transport.requests.map(\.url.description) == ["https://ip.test/"])
    }

    @Test(arguments: [
        FakeTransport.Answer.status(200, "<html>"), .status(503, "198.51.100.7"), .status(200),
        .failed(.timedOut, reachedServer: false),
    ])
    func `no address is a failure that names the service and the setting`(
        answer: FakeTransport.Answer
    ) async {
        await #expect {
            try await CallerAddress.ask("https://ip.test/", over: FakeTransport([answer]))
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.message.contains("https://ip.test/") == true
                && failure?.hint?.contains("SPOT_CHECKIP_URL") == true
        }
    }

    @Test func `a service that is no URL is a usage failure, and nothing is asked`() async {
        let transport = FakeTransport([])
        await #expect {
            try await CallerAddress.ask("not a url", over: transport)
        } throws: {
            ($0 as? GeneralFailure)?.kind == .usage
        }
        #expect(transport.requests.isEmpty)
    }
}
