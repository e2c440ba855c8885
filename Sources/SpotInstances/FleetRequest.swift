import AWSRuntime
import AWSServices
import AWSSigning
import SpotProfiles
import SpotSupport

/// The one request that asks all spot pools of a plan for a machine, and the templates that it needs.
struct FleetRequest: Sendable, Hashable {
    let templates: [CreateLaunchTemplate]
    var fleet: CreateFleet

    /// - Parameter candidates: Spot only, at least one.
    init(
        plan: LaunchPlan,
        candidates: [LaunchPlan.Candidate],
        group: SecurityGroupID,
        userData: UserDataDocument,
        token: String
    ) {
        let identity = MachineTags.identifying(
            plan.name,
            owner: plan.owner,
            others: plan.profile.tags.value
        )
        let data = MachineTemplate.data(
            plan: plan,
            candidates: candidates,
            group: group,
            userData: userData
        )
        var templates: [CreateLaunchTemplate] = []
        var configurations: [FleetTemplate] = []
        // CPU credits fit burstable types only, so these have a template of their own.
        for isBurstable in [true, false] {
            let pools = candidates.filter { $0.isBurstable == isBurstable }
            guard !pools.isEmpty else { continue }
            var machine = data
            if isBurstable { machine.cpuCredits = MachineTemplate.standardCredits }
            let template = Self.template(machine, plan.name, identity)
            templates.append(template)
            configurations.append(
                FleetTemplate(
                    name: template.name,
                    overrides: Self.overrides(pools, limit: plan.profile.maxPrice.value?.text)
                )
            )
        }
        var fleet = CreateFleet(templates: configurations)
        fleet.clientToken = token
        fleet.tags = identity
        self.templates = templates
        self.fleet = fleet
    }

    /// A template that is named after what is in it: one that is there already is the same.
    private static func template(
        _ data: LaunchTemplateData,
        _ name: MachineName,
        _ tags: [String: String]
    ) -> CreateLaunchTemplate {
        var template = CreateLaunchTemplate(name: LaunchTemplateName(""), data: data, tags: tags)
        let digest = MessageDigest.sha256(template.encoded().body)
        let mark = MessageDigest.hexadecimal(digest).prefix(16)
        template.name = LaunchTemplateName("spot-\(name)-\(mark)")
        return template
    }

    /// In an order of their own: prices move, and a request that is repeated must be the same.
    private static func overrides(_ pools: [LaunchPlan.Candidate], limit: String?)
        -> [FleetOverride]
    {
        pools.sorted { ($0.instanceType, $0.zone) < ($1.instanceType, $1.zone) }.map {
            FleetOverride(type: $0.instanceType, subnet: $0.subnet, maximumPrice: limit)
        }
    }
}
