package import AWSRuntime
package import FoundationEssentials
import SpotSupport

/// Lists instances; terminated ones stay visible for about an hour.
package struct DescribeInstances: EC2ListOperation, Hashable {
    package typealias Item = [Instance]

    package var ids: [InstanceID]
    package var filters: [Filter]
    package var nextToken: String?

    /// An unknown id makes the whole call fail.
    package init(ids: [InstanceID] = [], filters: [Filter] = []) {
        self.ids = ids
        self.filters = filters
    }

    package static let list = "reservationSet"

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("InstanceId", ids)
        fields.setFilters(filters)
        // EC2 refuses a page size beside ids.
        if ids.isEmpty { fields["MaxResults"] = 1000 }
        fields["NextToken"] = nextToken
    }

    /// The instances of one reservation.
    package static func item(from element: XMLElement) throws(XMLError) -> [Instance] {
        var instances: [Instance] = []
        for item in element.items("instancesSet") { instances.append(try Instance(item)) }
        return instances
    }
}

/// The state of an instance before and after a call that changes it.
package struct InstanceStateChange: Sendable, Hashable {
    package let id: InstanceID
    package let previous: InstanceState
    package let current: InstanceState

    package init(id: InstanceID, previous: InstanceState, current: InstanceState) {
        self.id = id
        self.previous = previous
        self.current = current
    }

    fileprivate static func all(in answer: XMLElement) throws(XMLError) -> [InstanceStateChange] {
        var changes: [InstanceStateChange] = []
        for item in answer.items("instancesSet") {
            changes.append(
                InstanceStateChange(
                    id: try item.requireIdentifier("instanceId"),
                    previous: try item.instanceState("previousState"),
                    current: try item.instanceState("currentState")
                )
            )
        }
        return changes
    }
}

/// Ends instances for good; one unknown id and none is ended.
package struct TerminateInstances: EC2Operation, Hashable {
    package let ids: [InstanceID]

    package init(_ ids: [InstanceID]) { self.ids = ids }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) { fields.setList("InstanceId", ids) }

    package static func result(in answer: XMLElement) throws(XMLError) -> [InstanceStateChange] {
        try InstanceStateChange.all(in: answer)
    }
}

/// Stops instances: on demand, or spot under a persistent request.
package struct StopInstances: EC2Operation, Hashable {
    package let ids: [InstanceID]
    package let hibernates: Bool

    package init(_ ids: [InstanceID], hibernates: Bool = false) {
        self.ids = ids
        self.hibernates = hibernates
    }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("InstanceId", ids)
        if hibernates { fields["Hibernate"] = true }
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> [InstanceStateChange] {
        try InstanceStateChange.all(in: answer)
    }
}

/// Starts stopped instances again.
package struct StartInstances: EC2Operation, Hashable {
    package let ids: [InstanceID]

    package init(_ ids: [InstanceID]) { self.ids = ids }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) { fields.setList("InstanceId", ids) }

    package static func result(in answer: XMLElement) throws(XMLError) -> [InstanceStateChange] {
        try InstanceStateChange.all(in: answer)
    }
}

/// Reads what the machine has written to its console.
package struct GetConsoleOutput: EC2Operation, Hashable {
    package let id: InstanceID
    /// The text as of now and not as of minutes ago; only newer types can do that.
    package let isLatest: Bool

    package init(of id: InstanceID, isLatest: Bool = true) {
        self.id = id
        self.isLatest = isLatest
    }

    package func encode(to fields: inout QueryEncoder) {
        fields["InstanceId"] = id
        if isLatest { fields["Latest"] = true }
    }

    package static func result(in answer: XMLElement) throws(XMLError) -> ConsoleOutput {
        let encoded = answer.nonEmptyText("output")?.filter { !$0.isWhitespace }
        let bytes = try encoded.map { text throws(XMLError) in
            guard let decoded = Data(base64Encoded: text) else {
                throw XMLError.malformed("output", expected: "base64")
            }
            return String(decoding: decoded, as: UTF8.self)
        }
        return ConsoleOutput(text: bytes, timestamp: try answer.date("timestamp"))
    }
}

/// The last 64 KiB of a console.
package struct ConsoleOutput: Sendable, Hashable {
    /// Nil until EC2 has something; bytes that are not UTF-8 are replaced.
    package let text: String?
    package let timestamp: Date?

    package init(text: String?, timestamp: Date? = nil) {
        self.text = text
        self.timestamp = timestamp
    }
}

/// Changes one property of an instance.
package struct ModifyInstanceAttribute: EC2Operation, Hashable {
    /// The property and its new value.
    package enum Change: Sendable, Hashable {
        case shutdownBehavior(LaunchTemplateData.ShutdownBehavior)
        case terminationProtection(Bool)
        case groups([SecurityGroupID])
        /// Only while it is stopped.
        case type(InstanceType)
    }

    package let id: InstanceID
    package let change: Change

    package init(_ id: InstanceID, _ change: Change) {
        self.id = id
        self.change = change
    }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["InstanceId"] = id
        switch change {
        case .shutdownBehavior(let value):
            fields["InstanceInitiatedShutdownBehavior.Value"] = value
        case .terminationProtection(let value): fields["DisableApiTermination.Value"] = value
        case .groups(let groups): fields.setList("GroupId", groups)
        case .type(let value): fields["InstanceType.Value"] = value
        }
    }

    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}
