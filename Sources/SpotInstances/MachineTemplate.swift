package import AWSServices
import FoundationEssentials
import SpotProfiles
import SpotSupport

/// Turns a plan into what a machine is made of, tags and all.
package enum MachineTemplate {
    /// What `RunInstances` is asked for in one pool.
    package static func runInstances(
        plan: LaunchPlan,
        candidate: LaunchPlan.Candidate,
        group: SecurityGroupID,
        userData: UserDataDocument,
        token: String
    ) -> RunInstances {
        var machine = data(
            plan: plan,
            candidates: [candidate],
            group: group,
            userData: userData
        )
        machine.type = candidate.instanceType
        machine.network?.subnet = candidate.subnet
        if candidate.isBurstable { machine.cpuCredits = standardCredits }
        var request = RunInstances(machine)
        request.clientToken = token
        if candidate.market == .spot {
            request.spot = SpotOptions(maximumPrice: plan.profile.maxPrice.value?.text)
        }
        return request
    }

    /// Without this a T instance under load bills a surcharge that nobody expects.
    static let standardCredits = "standard"

    /// All that the candidates have in common, their market included.
    static func data(
        plan: LaunchPlan,
        candidates: [LaunchPlan.Candidate],
        group: SecurityGroupID,
        userData: UserDataDocument
    ) -> LaunchTemplateData {
        let profile = plan.profile
        var machine = LaunchTemplateData(image: plan.image.id)
        machine.keyName = KeyPairName(plan.name.text)
        machine.userData = userData.bytes
        machine.network = NetworkPlacement(groups: [group], assignsPublicAddress: true)
        machine.instanceProfileName = profile.instanceProfile.value
        machine.isMonitored = profile.monitoring.value
        // Two hops, so that containers on the machine reach the metadata service too.
        machine.metadata = MetadataOptions(requiresTokens: true, hopLimit: 2)
        machine.volumes = volumes(plan)
        machine.shutdownBehavior = .terminate
        machine.tags = tagSpecifications(tags(plan, candidates), candidates)
        return machine
    }

    /// Of the machine and all that comes with it.
    static func tags(_ plan: LaunchPlan, _ candidates: [LaunchPlan.Candidate])
        -> [String: String]
    {
        let prices = Set(candidates.map(\.price))
        return MachineTags(
            name: plan.name,
            owner: plan.owner,
            generation: plan.generation,
            expires: plan.expires,
            user: plan.user,
            port: plan.profile.sshPort.value,
            profile: plan.profile.name,
            price: prices.count == 1 ? prices.first?.map { "\($0)" } : nil,
            others: plan.profile.tags.value
        ).all
    }

    private static func tagSpecifications(
        _ tags: [String: String],
        _ candidates: [LaunchPlan.Candidate]
    ) -> [TagSpecification] {
        var types: [TagSpecification.ResourceType] = [.instance, .volume, .networkInterface]
        if candidates.first?.market == .spot { types.append(.spotInstancesRequest) }
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
