package import AWSServices
import FoundationEssentials
import SpotProfiles
import SpotSupport

/// Turns a plan into the one request that makes the machine, tags and all.
package enum RunInstancesRequest {
    package static func make(
        plan: LaunchPlan,
        candidate: LaunchPlan.Candidate,
        group: SecurityGroupID,
        userData: UserDataDocument,
        token: String
    ) -> RunInstances {
        let profile = plan.profile
        var request = RunInstances(image: plan.image.id, type: candidate.instanceType)
        request.clientToken = token
        request.keyName = KeyPairName(plan.name.text)
        request.userData = userData.bytes
        if candidate.market == .spot {
            request.spot = SpotOptions(maximumPrice: profile.maxPrice.value?.text)
        }
        request.network = NetworkPlacement(
            subnet: candidate.subnet,
            groups: [group],
            assignsPublicAddress: true
        )
        request.instanceProfileName = profile.instanceProfile.value
        request.isMonitored = profile.monitoring.value
        // Two hops, so that containers on the machine reach the metadata service too.
        request.metadata = MetadataOptions(requiresTokens: true, hopLimit: 2)
        request.volumes = volumes(plan)
        request.shutdownBehavior = .terminate
        if candidate.isBurstable {
            // Without this a T instance under load bills a surcharge that nobody expects.
            request.cpuCredits = "standard"
        }
        request.tags = tagSpecifications(tags(plan, candidate), candidate)
        return request
    }

    private static func tags(_ plan: LaunchPlan, _ candidate: LaunchPlan.Candidate)
        -> [String: String]
    {
        MachineTags(
            name: plan.name,
            owner: plan.owner,
            generation: plan.generation,
            expires: plan.expires,
            user: plan.user,
            port: plan.profile.sshPort.value,
            profile: plan.profile.name,
            price: candidate.price.map { "\($0)" },
            others: plan.profile.tags.value
        ).all
    }

    private static func tagSpecifications(
        _ tags: [String: String],
        _ candidate: LaunchPlan.Candidate
    ) -> [TagSpecification] {
        var types: [TagSpecification.ResourceType] = [.instance, .volume, .networkInterface]
        if candidate.market == .spot { types.append(.spotInstancesRequest) }
        return types.map { TagSpecification($0, tags) }
    }

    /// Every EBS volume of the image is encrypted gp3 and goes with the machine: an image may map some
    /// that would stay and bill.
    private static func volumes(_ plan: LaunchPlan) -> [BlockDeviceMapping] {
        plan.image.devices.map { device in
            let isRoot = device.name == plan.image.rootDeviceName
            let size =
                isRoot ? max(plan.profile.diskGiB.value ?? 0, device.sizeGiB) : device.sizeGiB
            return BlockDeviceMapping(deviceName: device.name, size: size)
        }
    }
}
