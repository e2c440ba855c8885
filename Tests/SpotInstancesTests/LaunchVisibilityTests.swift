import AWSRuntime
import AWSServices
import SpotInstances
import SpotSupport
import SpotTestSupport
import Testing

/// EC2 may not know at once what it has just made.
struct LaunchVisibilityTests {
    private static let profileText =
        "Value (builder) for parameter iamInstanceProfile.name is invalid. "
        + "Invalid IAM Instance Profile name"

    @Test(arguments: [AWSError.Code.groupNotFound, .keyPairNotFound])
    func `what the launch has made is waited for, under the same token`(code: AWSError.Code)
        async throws
    {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.refuse(.runInstances, with: code, times: 4)
        let machine = try await scenario.launch().machine
        #expect(scenario.ec2.account.living == [machine.id])
        #expect(scenario.ec2.launches.count == 5)
        #expect(Set(scenario.ec2.launches.map(\.clientToken)).count == 1)
    }

    @Test func `an instance profile that is new is waited for`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.refuse(
            .runInstances,
            with: .invalidParameterValue,
            saying: Self.profileText,
            times: 3
        )
        _ = try await scenario.launch(["instance_profile": ["builder"]])
        #expect(scenario.ec2.launches.count == 4)
    }

    @Test func `an instance profile that does not exist is AWS's own refusal in the end`()
        async throws
    {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.refuse(
            .runInstances,
            with: .invalidParameterValue,
            saying: Self.profileText,
            times: 1000
        )
        await #expect {
            try await scenario.launch(["instance_profile": ["builder"]])
        } throws: {
            ($0 as? AWSError)?.detail == Self.profileText
        }
        let slept = scenario.time.slept.reduce(Duration.zero, +)
        #expect(slept >= .seconds(20) && slept < .seconds(40))
    }

    @Test func `another invalid value is final`() async throws {
        let scenario = try LaunchScenario(allowsFleets: false)
        scenario.ec2.refuse(.runInstances, with: .invalidParameterValue)
        await #expect(throws: AWSError.self) { try await scenario.launch() }
        #expect(scenario.ec2.launches.count == 1)
    }

    @Test func `a key pair and a group that were there before are not waited for`() async throws {
        for code in [AWSError.Code.groupNotFound, .keyPairNotFound] {
            let scenario = try LaunchScenario(allowsFleets: false)
            try scenario.haveKeyPair()
            scenario.ec2.change { account in
                account.addMachine("web")
                account.instances = []
            }
            scenario.ec2.refuse(.runInstances, with: code)
            await #expect(throws: AWSError.self) { try await scenario.launch() }
            #expect(scenario.ec2.launches.count == 1)
        }
    }
}
