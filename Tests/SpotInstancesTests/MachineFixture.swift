import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotInstances
import SpotProfiles
import SpotSupport
import SpotTestSupport

extension Machine {
    /// A machine named web.
    static func fixture(
        _ id: String = "i-1",
        _ state: InstanceState = .running,
        tags: [String: String] = ["spot:managed": "1", "spot:name": "web"],
        _ change: (inout Instance) -> Void = { _ in }
    ) -> Machine {
        var instance = Instance(
            id: InstanceID(id),
            state: state,
            type: InstanceType("t3.small"),
            image: FakeCatalogue.x86Image,
            launchTime: Date(timeIntervalSince1970: 1_767_319_445),
            zone: AvailabilityZone("us-east-1a")
        )
        instance.tags = tags
        change(&instance)
        return Machine(instance: instance, region: .usEast1)
    }
}

extension LaunchProfile {
    /// A profile of the catalogue with fields as flags would set them.
    static func fixture(_ name: String = "t3.small", _ fields: [String: [String]] = [:]) throws
        -> LaunchProfile
    {
        try fields.sorted { $0.key < $1.key }.reduce(ProfileCatalog().profile(named: name)) {
            try $0.overriding($1.key, with: $1.value, flag: "--\($1.key)")
        }
    }
}
