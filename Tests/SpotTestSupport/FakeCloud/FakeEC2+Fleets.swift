package import AWSRuntime
package import AWSServices
import FoundationEssentials
import SpotSupport

// Fleets and the launch templates that they need.
extension FakeEC2 {
    package func createLaunchTemplate(_ request: CreateLaunchTemplate) throws(AWSError) {
        try hear(.createLaunchTemplate(request)) { account, _ throws(AWSError) in
            guard !account.templates.contains(where: { $0.name == request.name }) else {
                throw .refusal(.duplicateLaunchTemplate, of: .createLaunchTemplate)
            }
            account.templates.append(request)
        }
    }

    package func deleteLaunchTemplate(_ name: LaunchTemplateName) throws(AWSError) {
        try hear(.deleteLaunchTemplate(name)) { account, _ throws(AWSError) in
            guard let index = account.templates.firstIndex(where: { $0.name == name }) else {
                throw .refusal(.launchTemplateNotFound, of: .deleteLaunchTemplate)
            }
            account.templates.remove(at: index)
        }
    }

    package func describeLaunchTemplates(
        _ query: DescribeLaunchTemplates
    ) throws(AWSError) -> [LaunchTemplate] {
        try hear(.other(.describeLaunchTemplates)) { account, now throws(AWSError) in
            account.templates.filter { template in
                query.filters.allSatisfy { $0.passes(tags: template.tags, attributes: [:]) }
            }
            .map { LaunchTemplate(name: $0.name, created: now, tags: $0.tags) }
        }
    }

    package func createFleet(_ request: CreateFleet) throws(AWSError) -> CreateFleetResult {
        try hear(.createFleet(request)) { account, now throws(AWSError) in
            if let token = request.clientToken, let known = account.fleetTokens[token] {
                guard known.request == request else {
                    throw .refusal(.idempotentParameterMismatch, of: .createFleet)
                }
                return known.output
            }
            let output = try account.start(request, at: now)
            if let token = request.clientToken { account.fleetTokens[token] = (request, output) }
            return output
        }
    }
}

extension FakeAccount {
    /// The cheapest pool that says yes.
    fileprivate mutating func start(_ fleet: CreateFleet, at now: Date) throws(AWSError)
        -> CreateFleetResult
    {
        var output = CreateFleetResult()
        for launch in try launches(of: fleet) {
            let pool = FleetPool(
                type: launch.machine.type,
                subnet: launch.machine.network?.subnet
            )
            do throws(AWSError) {
                try check(launch)
                let instance = start(launch, at: now)
                output.instances = [FleetInstances(ids: [instance.id], pool: pool)]
                return output
            } catch {
                output.refusals.append(
                    FleetRefusal(code: error.code, message: error.detail, pool: pool)
                )
            }
        }
        return output
    }

    /// What the fleet would ask each pool for, the cheapest first.
    private func launches(of fleet: CreateFleet) throws(AWSError) -> [RunInstances] {
        var launches: [(launch: RunInstances, price: Decimal)] = []
        for configuration in fleet.templates {
            guard let template = templates.first(where: { $0.name == configuration.name }) else {
                throw .refusal(.launchTemplateNotFound, of: .createFleet)
            }
            for override in configuration.overrides {
                var machine = template.data
                machine.type = override.type
                machine.network?.subnet = override.subnet
                var launch = RunInstances(machine)
                if fleet.lifecycle == .spot {
                    launch.spot = SpotOptions(maximumPrice: override.maximumPrice)
                }
                let zone = subnets.first { $0.id == override.subnet }?.zone
                let price = prices.first { $0.type == override.type && $0.zone == zone }?.price
                launches.append((launch, price ?? 1000))
            }
        }
        return launches.sorted { $0.price < $1.price }.map(\.launch)
    }
}
