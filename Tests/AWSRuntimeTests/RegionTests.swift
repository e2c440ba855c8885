import AWSRuntime
import Testing

struct RegionTests {
    @Test(arguments: ["eu-central-1", "us-gov-west-1", "xx-new-99", "local"])
    func `a host label is a region, known or not`(_ name: String) {
        #expect(Region(name)?.name == name)
    }

    @Test(arguments: [
        "", "-a", "a-", "EU-central-1", "eu central", "eu.central", "a/b", "evil.com/", "ü",
        "a\n", String(repeating: "a", count: 64),
    ])
    func `what cannot stand in a host name is none`(_ name: String) {
        #expect(Region(name) == nil)
    }

    @Test(arguments: [
        ("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-east-1", "aws-us-gov"),
        ("eusc-de-east-1", "aws-eusc"), ("us-iso-west-1", "aws-iso"),
        ("us-isob-east-1", "aws-iso-b"), ("eu-isoe-west-1", "aws-iso-e"),
        ("us-isof-south-1", "aws-iso-f"), ("zz-new-1", "aws"),
    ])
    func `a region belongs to a partition`(_ name: String, _ partition: String) throws {
        #expect(Partition(of: try #require(Region(name))).id == partition)
    }
}
