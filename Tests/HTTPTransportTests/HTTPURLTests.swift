import HTTPTransport
import Testing

struct HTTPURLTests {
    @Test(arguments: [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000/"),
        ("https://EC2.eu-central-1.amazonaws.com", "https://ec2.eu-central-1.amazonaws.com/"),
        ("https://host:443/a/b?c=d#e", "https://host/a/b?c=d"),
        ("http://[::1]:80/x", "http://[::1]/x"),
        ("http://[::1]:8080", "http://[::1]:8080/"),
        ("http://host?q", "http://host/?q"),
    ])
    func `an address is read and written back`(_ text: String, _ expected: String) {
        #expect(HTTPURL(text)?.description == expected)
    }

    @Test(arguments: [
        "", "host", "ftp://host", "http://", "http:///path", "http://user@host", "http://host:0",
        "http://host:65536", "http://host:x", "http://ho st", "http://host/\r\nX: 1", "http://[::1",
        "http://a]b", "http://[::1]x", "http://hö",
    ])
    func `what is no address is none`(_ text: String) {
        #expect(HTTPURL(text) == nil)
    }

    @Test func `only an unusual port is part of the host header`() {
        #expect(HTTPURL("https://h:443")?.authority == "h")
        #expect(HTTPURL("http://h:443")?.authority == "h:443")
    }
}
