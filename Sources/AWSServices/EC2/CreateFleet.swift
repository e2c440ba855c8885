package import AWSRuntime
import SpotSupport

/// Asks several capacity pools at once for machines, and answers with what there is (`instant`).
///
/// AWS chooses the pools by price and capacity (`price-capacity-optimized`) where the capacity is spot.
/// Success says little: an answer may hold no machine and only refusals.
package struct CreateFleet: EC2Operation, Hashable {
    package typealias Output = CreateFleetResult

    package var templates: [FleetTemplate]
    /// Machines in all.
    package var capacity = 1
    package var lifecycle = Lifecycle.spot
    /// At most 64 characters; the same token brings back the first answer, refusals too.
    package var clientToken: String?
    /// Of the fleet itself; machines have those of their template.
    package var tags: [String: String] = [:]

    /// How capacity is paid for.
    package enum Lifecycle: String, Sendable, QueryValue {
        case spot
        case onDemand = "on-demand"
    }

    package init(templates: [FleetTemplate]) { self.templates = templates }

    package var effect: OperationEffect { clientToken == nil ? .once : .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["Type"] = "instant"
        fields["ClientToken"] = clientToken
        if lifecycle == .spot {
            fields["SpotOptions.AllocationStrategy"] = "price-capacity-optimized"
        }
        fields["TargetCapacitySpecification.TotalTargetCapacity"] = capacity
        fields["TargetCapacitySpecification.DefaultTargetCapacityType"] = lifecycle
        fields.setStructures("LaunchTemplateConfigs", templates) { $1.encode(to: &$0) }
        if !tags.isEmpty { fields.setTagSpecifications([TagSpecification(.fleet, tags)]) }
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> Output {
        var output = Output()
        for item in answer.items("fleetInstanceSet") {
            output.instances.append(FleetInstances(item))
        }
        for item in answer.items("errorSet") { output.refusals.append(try FleetRefusal(item)) }
        return output
    }
}

/// What a fleet found.
package struct CreateFleetResult: Sendable, Hashable {
    package var instances: [FleetInstances]
    package var refusals: [FleetRefusal]

    package init(instances: [FleetInstances] = [], refusals: [FleetRefusal] = []) {
        self.instances = instances
        self.refusals = refusals
    }
}

/// A launch template, and the pools in which it may be started.
package struct FleetTemplate: Sendable, Hashable {
    package var name: LaunchTemplateName
    package var version: String
    package var overrides: [FleetOverride]

    package init(name: LaunchTemplateName, version: String = "1", overrides: [FleetOverride]) {
        self.name = name
        self.version = version
        self.overrides = overrides
    }

    fileprivate func encode(to fields: inout QueryEncoder) {
        fields["LaunchTemplateSpecification.LaunchTemplateName"] = name
        fields["LaunchTemplateSpecification.Version"] = version
        fields.setStructures("Overrides", overrides) { $1.encode(to: &$0) }
    }
}

/// One capacity pool: a type, and a subnet for its zone.
package struct FleetOverride: Sendable, Hashable {
    package var type: InstanceType
    package var subnet: SubnetID
    /// Dollars an hour as a decimal; without one the on-demand price is the limit.
    package var maximumPrice: String?

    package init(type: InstanceType, subnet: SubnetID, maximumPrice: String? = nil) {
        self.type = type
        self.subnet = subnet
        self.maximumPrice = maximumPrice
    }

    fileprivate func encode(to fields: inout QueryEncoder) {
        fields["InstanceType"] = type
        fields["MaxPrice"] = maximumPrice
        fields["SubnetId"] = subnet
    }
}

/// The pool that a part of a fleet's answer is about; AWS may leave out either.
package struct FleetPool: Sendable, Hashable {
    package var type: InstanceType?
    package var subnet: SubnetID?

    package init(type: InstanceType? = nil, subnet: SubnetID? = nil) {
        self.type = type
        self.subnet = subnet
    }

    fileprivate init(_ element: XMLElement) {
        let overrides = element["launchTemplateAndOverrides"]?["overrides"]
        type = overrides?.identifier("instanceType")
        subnet = overrides?.identifier("subnetId")
    }
}

/// Machines that a fleet started in one pool.
package struct FleetInstances: Sendable, Hashable {
    package var ids: [InstanceID]
    package var pool: FleetPool

    package init(ids: [InstanceID], pool: FleetPool) {
        self.ids = ids
        self.pool = pool
    }

    fileprivate init(_ element: XMLElement) {
        ids = element.items("instanceIds").map { InstanceID($0.text) }
        pool = FleetPool(element)
        pool.type = pool.type ?? element.identifier("instanceType")
    }
}

/// Why a fleet started nothing in one pool.
package struct FleetRefusal: Sendable, Hashable {
    package var code: AWSError.Code
    package var message: String
    package var pool: FleetPool

    package init(code: AWSError.Code, message: String, pool: FleetPool) {
        self.code = code
        self.message = message
        self.pool = pool
    }

    fileprivate init(_ element: XMLElement) throws(XMLError) {
        code = AWSError.Code(rawValue: try element.require("errorCode"))
        message = element.text("errorMessage") ?? ""
        pool = FleetPool(element)
    }

    /// As if the pool had been asked alone.
    package var error: AWSError {
        AWSError(
            code,
            message,
            service: CreateFleet.service.name,
            operation: CreateFleet.name,
            httpStatus: 200
        )
    }
}
