import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

/// What is told when EC2 refuses a launch for a reason that another pool would not cure.
struct LaunchRefusalTests {
    @Test(arguments: [
        (
            "AuthFailure.ServiceLinkedRoleCreationNotPermitted", FailureKind.denied,
            "role AWSServiceRoleForEC2Spot", "aws iam create-service-linked-role"
        ),
        ("PendingVerification", .denied, "verifying the account", "--region"),
        ("Blocked", .denied, "blocked the account", "AWS Support"),
        ("OptInRequired", .denied, "subscribed", "--image"),
        ("VPCIdNotSpecified", .usage, "no default network", "create-default-vpc"),
        ("MissingInput", .usage, "no default network", "--subnet"),
        ("InvalidKMSKey.InvalidState", .broken, "key that encrypts", "AWSServiceRoleForEC2Spot"),
    ])
    func `row 16, 19: a refusal says what to do`(
        code: String,
        kind: FailureKind,
        sentence: String,
        hint: String
    ) async throws {
        let scenario = try LaunchScenario()
        scenario.ec2.refuse(.createFleet, with: AWSError.Code(rawValue: code))
        await #expect {
            try await scenario.launch()
        } throws: { error in
            let failure = error as? GeneralFailure
            return failure?.kind == kind
                && failure?.message.hasPrefix("cannot launch web: ") == true
                && failure?.message.contains(sentence) == true
                && failure?.message.contains(code) == true
                && failure?.hint?.contains(hint) == true
        }
        #expect(scenario.ec2.fleets.count == 1)
        #expect(scenario.ec2.account.templates.isEmpty)
        #expect(try await scenario.launcher.undo(MachineName("web"), scenario.journal) == .nothing)
        #expect(scenario.ec2.account.groups.isEmpty)
    }

    @Test func `a refusal within the fleet's answer is told the same`() async throws {
        let scenario = try LaunchScenario()
        scenario.ec2.change { account in
            for price in account.prices {
                account.refusals[FakePool(price.type, price.zone)] =
                    "AuthFailure.ServiceLinkedRoleCreationNotPermitted"
            }
        }
        await #expect {
            try await scenario.launch()
        } throws: {
            ($0 as? GeneralFailure)?.message.contains("AWSServiceRoleForEC2Spot") == true
        }
    }
}
