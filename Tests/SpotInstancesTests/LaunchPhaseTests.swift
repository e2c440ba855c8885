import AWSServices
import FoundationEssentials
import SpotInstances
import SpotSupport
import Testing

struct LaunchPhaseTests {
    private static let type = InstanceType("t3.small")
    private static let zone = AvailabilityZone("us-east-1a")

    @Test(arguments: [
        (
            LaunchPhase.requesting(type, zone, price: Decimal(string: "0.0062")),
            "requesting t3.small in us-east-1a at $0.0062/h"
        ),
        (.requesting(type, zone, price: nil), "requesting t3.small in us-east-1a, on demand"),
        (.refused(type, zone, reason: "Unsupported"), "no t3.small in us-east-1a: Unsupported"),
        (.waiting(.fixture("i-1", .pending)), "i-1 is pending"),
        (.starting(.fixture("i-1")), "starting i-1"),
        (.stopping(.fixture("i-1")), "i-1 is still stopping"),
    ])
    func `a phase says price, zone and state`(phase: LaunchPhase, text: String) {
        #expect(phase.text == text)
    }
}
