package import AWSRuntime

package import struct FoundationEssentials.Date

/// Starts instances.
package struct RunInstances: EC2Operation, Hashable {
    package typealias Output = [Instance]

    package var machine: LaunchTemplateData
    /// As many as there is capacity for, but at least `minimumCount`.
    package var minimumCount = 1
    package var maximumCount = 1
    /// At most 64 characters; the same token never starts a second machine.
    ///
    /// Without one the call is never repeated.
    package var clientToken: String?
    /// Nil for on-demand capacity.
    package var spot: SpotOptions?
    package var zone: AvailabilityZone?

    /// - Parameter machine: With its type, which AWS demands.
    package init(_ machine: LaunchTemplateData) {
        self.machine = machine
    }

    package var effect: OperationEffect { clientToken == nil ? .once : .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        machine.encode(to: &fields)
        fields["MinCount"] = minimumCount
        fields["MaxCount"] = maximumCount
        fields["ClientToken"] = clientToken
        fields.setStructure("InstanceMarketOptions", spot) { $1.encode(to: &$0) }
        fields["Placement.AvailabilityZone"] = zone
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> [Instance] {
        var instances: [Instance] = []
        for item in answer.items("instancesSet") { instances.append(try Instance(item)) }
        return instances
    }
}

/// How spot capacity is asked for.
package struct SpotOptions: Sendable, Hashable {
    /// Whether AWS starts a new machine in place of one that it took back.
    package enum RequestType: String, Sendable, QueryValue {
        case oneTime = "one-time"
        case persistent
    }

    /// What happens to the machine when AWS takes its capacity back.
    package enum InterruptionBehavior: String, Sendable, QueryValue {
        case hibernate
        case stop
        case terminate
    }

    package var requestType: RequestType
    /// Anything but `terminate` needs a persistent request.
    package var interruptionBehavior: InterruptionBehavior
    /// Dollars an hour as a decimal; without one the on-demand price is the limit.
    package var maximumPrice: String?
    /// When a persistent request ends; nil for never.
    package var validUntil: Date?

    package init(
        requestType: RequestType = .oneTime,
        interruptionBehavior: InterruptionBehavior = .terminate,
        maximumPrice: String? = nil,
        validUntil: Date? = nil
    ) {
        self.requestType = requestType
        self.interruptionBehavior = interruptionBehavior
        self.maximumPrice = maximumPrice
        self.validUntil = validUntil
    }

    fileprivate func encode(to fields: inout QueryEncoder) {
        fields["MarketType"] = "spot"
        fields["SpotOptions.SpotInstanceType"] = requestType
        fields["SpotOptions.InstanceInterruptionBehavior"] = interruptionBehavior
        fields["SpotOptions.MaxPrice"] = maximumPrice
        fields["SpotOptions.ValidUntil"] = validUntil
    }
}
