import SpotProfiles
import Testing

struct FirewallRuleTests {
    @Test(arguments: [
        ("tcp:80:203.0.113.77/24", "tcp:80:203.0.113.0/24"),
        ("tcp:80:10.1.2.3/8", "tcp:80:10.0.0.0/8"),
        ("tcp:80:10.1.2.3/0", "tcp:80:0.0.0.0/0"),
        ("tcp:80:2001:DB8::7/33", "tcp:80:2001:db8::/33"),
    ])
    func `bits behind the prefix are cleared`(text: String, canonical: String) {
        #expect(FirewallRule(text)?.description == canonical)
    }

    @Test(arguments: [
        ("tcp:8080:me", FirewallRule(.tcp, ports: 8080...8080, from: .me)),
        ("tcp:8080", FirewallRule(.tcp, ports: 8080...8080, from: .me)),
        ("udp:60000-61000:me", FirewallRule(.udp, ports: 60_000...61_000, from: .me)),
        (
            "tcp:443:203.0.113.0/24",
            FirewallRule(.tcp, ports: 443...443, from: .range("203.0.113.0/24", isIPv6: false))
        ),
        (
            "tcp:443:203.0.113.7",
            FirewallRule(.tcp, ports: 443...443, from: .range("203.0.113.7/32", isIPv6: false))
        ),
        (
            "tcp:443:2001:db8::/32",
            FirewallRule(.tcp, ports: 443...443, from: .range("2001:db8::/32", isIPv6: true))
        ),
        ("tcp:22:sg-0ab1", FirewallRule(.tcp, ports: 22...22, from: .group("sg-0ab1"))),
        ("icmp", FirewallRule(.icmp, ports: nil, from: .me)),
        (
            "icmp::0.0.0.0/0",
            FirewallRule(.icmp, ports: nil, from: .range("0.0.0.0/0", isIPv6: false))
        ),
    ])
    func `a rule is protocol, ports and source`(text: String, rule: FirewallRule) {
        #expect(FirewallRule(text) == rule)
    }

    @Test(arguments: [
        "", "tcp", "tcp:", "tcp::me", "tcp:0", "tcp:65536", "tcp:9-8", "tcp:1-2-3", "tcp:x",
        "tcp:-1",
        "sctp:1:me", "tcp:80:you", "tcp:80:", "tcp:80:300.0.0.1", "tcp:80:10.0.0.0/33",
        "tcp:80:2001:db8::/129", "tcp:80:10.0.0.0/", "tcp:80:10.0.0.0/8/8", "tcp:80:sg-",
        "icmp:8:me",
        "tcp:80:0/0",
    ])
    func `anything else is no rule`(text: String) {
        #expect(FirewallRule(text) == nil)
    }

    @Test(arguments: [("0.0.0.0/0", true), ("::/0", true), ("0.0.0.0/1", false), ("me", false)])
    func `a door open to everybody is known as such`(source: String, isEverybody: Bool) {
        #expect(FirewallRule("tcp:80:\(source)")?.source.isEverybody == isEverybody)
    }

    @Test(arguments: ["tcp:80:me", "udp:1-9:2001:db8::/32", "icmp::me"])
    func `a rule is written as it is read`(text: String) {
        #expect(FirewallRule(text)?.description == text)
    }
}
