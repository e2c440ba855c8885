import AWSServices
import SpotInstances
import SpotProfiles
import SpotSupport
import Testing

struct IngressPlanTests {
    private static let me = "spot: ada@desk"

    private static func rule(
        _ port: Int,
        _ cidr: String,
        _ description: String = me
    ) -> IngressRule {
        IngressRule(
            ipProtocol: "tcp",
            ports: port...port,
            source: .cidr(cidr),
            description: description
        )
    }

    @Test func `what is open already is left alone`() {
        let rules = [Self.rule(22, "198.51.100.7/32")]
        #expect(IngressPlan(wanted: rules, existing: rules, caller: Self.me).isEmpty)
    }

    @Test func `another's description makes no other rule`() {
        let plan = IngressPlan(
            wanted: [Self.rule(22, "198.51.100.7/32")],
            existing: [Self.rule(22, "198.51.100.7/32", "by hand")],
            caller: Self.me
        )
        #expect(plan.isEmpty)
    }

    @Test func `a caller who moved is let in, and only its own old rules are closed`() {
        let old = Self.rule(22, "198.51.100.1/32")
        let other = Self.rule(22, "203.0.113.9/32", "spot: bob@train")
        let wanted = Self.rule(22, "198.51.100.7/32")
        let plan = IngressPlan(wanted: [wanted], existing: [old, other], caller: Self.me)
        #expect(plan.toAuthorize == [wanted])
        #expect(plan.toRevoke == [old])
    }

    @Test func `a rule and the permission it stands for are each other's image`() {
        let rules = [
            Self.rule(22, "198.51.100.7/32"), Self.rule(80, "2001:db8::7/128"),
            IngressRule(
                ipProtocol: "-1",
                ports: nil,
                source: .group(SecurityGroupID("sg-1")),
                description: ""
            ),
        ]
        #expect(rules.map(\.permission).flatMap(IngressRule.rules(of:)) == rules)
    }

    @Test func `a description has only the characters that EC2 takes, and few enough`() {
        let text = IngressDescription.caller(
            user: "zoë<\n>",
            host: String(repeating: "h", count: 400)
        )
        #expect(text.hasPrefix("spot: zo____@hhh"))
        #expect(text.count == 255)
    }
}

struct IngressRulesTests {
    private static func wanted(_ fields: [String: [String]], from address: String) throws
        -> [IngressRule]
    {
        IngressRules.wanted(
            by: try .fixture("t3.small", fields),
            caller: try #require(CallerAddress(address)),
            description: "me"
        )
    }

    @Test(arguments: [("198.51.100.7", "198.51.100.7/32"), ("2001:db8::7", "2001:db8::7/128")])
    func `without a firewall only SSH is open, to the caller alone`(address: String, cidr: String)
        throws
    {
        let rules = try Self.wanted(["ssh_port": ["2222"]], from: address)
        #expect(
            rules == [
                IngressRule(
                    ipProtocol: "tcp",
                    ports: 2222...2222,
                    source: .cidr(cidr),
                    description: "me"
                )
            ]
        )
    }

    @Test func `the profile's firewall follows, each rule with its own source`() throws {
        let firewall = ["tcp:8000-8010:me", "udp:53:10.0.0.0/8", "tcp:1:sg-0ab", "icmp"]
        let rules = try Self.wanted(["firewall": firewall], from: "198.51.100.7").dropFirst()
        #expect(
            rules.map(\.source) == [
                .cidr("198.51.100.7/32"), .cidr("10.0.0.0/8"), .group(SecurityGroupID("sg-0ab")),
                .cidr("198.51.100.7/32"),
            ]
        )
        #expect(rules.map(\.ports) == [8000...8010, 53...53, 1...1, -1 ... -1])
        #expect(rules.map(\.description) == ["me", "spot: profile", "spot: profile", "me"])
    }
}
