import AWSServices
import SpotInstances
import SpotProfiles
import SpotSupport
import Testing

struct InstanceTypeTests {
    @Test(arguments: [
        ("t3.small", Architecture.x86), ("t4g.small", .arm), ("c7gn.16xlarge", .arm),
        ("a1.metal", .arm), ("g4dn.xlarge", .x86), ("g5g.xlarge", .arm), ("im4gn.large", .arm),
        ("is4gen.medium", .arm), ("gr6.4xlarge", .x86), ("x2iedn.xlarge", .x86),
        ("u-6tb1.metal", .x86), ("u7i-12tb.224xlarge", .x86), ("c7i-flex.large", .x86),
        ("hpc7g.4xlarge", .arm), ("trn1.32xlarge", .x86), ("m7a.medium", .x86),
    ])
    func `the name tells the architecture`(type: String, architecture: Architecture) {
        #expect(InstanceType(type).architecture == architecture)
    }

    @Test(arguments: [
        ("t3.small", true, "L-34B43A08"), ("t3.small", false, "L-1216C47A"),
        ("is4gen.medium", true, "L-34B43A08"), ("g4dn.xlarge", true, "L-3819A6DF"),
        ("gr6.4xlarge", false, "L-DB2E81BA"), ("p4d.24xlarge", true, "L-7212CCBC"),
        ("x2gd.medium", true, "L-E3A00192"), ("inf2.xlarge", true, "L-B5D1601B"),
        ("hpc7g.4xlarge", true, nil), ("trn1.32xlarge", true, nil),
    ])
    func `the name tells the quota that counts its vCPUs`(type: String, isSpot: Bool, code: String?)
    {
        #expect(VcpuQuota(counting: InstanceType(type), isSpot: isSpot)?.code == code)
    }
}
