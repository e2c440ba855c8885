import SpotProfiles
import Testing

struct ProfileValueTests {
    @Test(arguments: [
        "t3.small", "g5.xlarge", "u-6tb1.metal", "u7i-12tb.224xlarge", "c7gd.metal-24xl",
        "mac2-m2.metal", "t2.nano", "p4de.24xlarge", "x2iedn.32xlarge",
    ])
    func `an instance type is a family and a size`(name: String) {
        #expect(InstanceTypeName.matches(name))
    }

    @Test(arguments: [
        "", "t3", "t3.", ".small", "t3.smal", "t3.small.x", "T3.small", "3t.small", "t3.-xlarge",
        "t3.small ", "t3.small\n", "t3.metal-xl", "../t3.small", "web.yaml", "t3.9large",
    ])
    func `anything else is no instance type`(name: String) {
        #expect(!InstanceTypeName.matches(name))
    }

    @Test(arguments: ["0.05", "1", "0.010000", "12.5", "999999"])
    func `a price keeps every digit`(text: String) {
        #expect(HourlyPrice(text)?.text == text)
    }

    @Test(arguments: [
        "", "0", "0.0", "-1", "+1", "1e3", "1.", ".5", "1.2.3", "0.1234567", "$1", "1,5", "NaN",
        " 1",
        "1234567",
    ])
    func `anything else is no price`(text: String) {
        #expect(HourlyPrice(text) == nil)
    }

    @Test func `a file system may name its directory`() {
        #expect(FileSystemMount("data")?.directory == nil)
        #expect(FileSystemMount("data:/mnt/a:b")?.directory == "/mnt/a:b")
        #expect(FileSystemMount("data:/x")?.description == "data:/x")
    }

    @Test(arguments: ["", ":/x", "data:", "data:relative"])
    func `anything else is no file system`(text: String) {
        #expect(FileSystemMount(text) == nil)
    }
}
