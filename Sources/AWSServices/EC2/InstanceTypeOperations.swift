package import AWSRuntime

/// What an instance type is made of.
package struct InstanceTypeDescription: Sendable, Hashable {
    package var type: InstanceType
    package var vCPUs: Int
    /// MiB.
    package var memory: Int
    /// `x86_64`, `arm64`, `i386`.
    package var architectures: [String]
    package var supportsSpot: Bool
    package var isBurstable: Bool
    package var isCurrentGeneration: Bool
    package var isBareMetal: Bool
    package var supportsHibernation: Bool
    /// Number of GPUs of all kinds.
    package var gpus: Int
    /// "NVIDIA A10G"; nil without one.
    package var gpuName: String?
    /// GB of instance store; 0 without one.
    package var localStorage: Int
    /// "Up to 12.5 Gigabit".
    package var networkPerformance: String?

    package init(
        type: InstanceType,
        vCPUs: Int,
        memory: Int,
        architectures: [String],
        supportsSpot: Bool = true,
        isBurstable: Bool = false,
        isCurrentGeneration: Bool = true,
        isBareMetal: Bool = false,
        supportsHibernation: Bool = false,
        gpus: Int = 0,
        gpuName: String? = nil,
        localStorage: Int = 0,
        networkPerformance: String? = nil
    ) {
        self.type = type
        self.vCPUs = vCPUs
        self.memory = memory
        self.architectures = architectures
        self.supportsSpot = supportsSpot
        self.isBurstable = isBurstable
        self.isCurrentGeneration = isCurrentGeneration
        self.isBareMetal = isBareMetal
        self.supportsHibernation = supportsHibernation
        self.gpus = gpus
        self.gpuName = gpuName
        self.localStorage = localStorage
        self.networkPerformance = networkPerformance
    }

    fileprivate init(_ element: XMLElement) throws(XMLError) {
        self.init(
            type: try element.requireIdentifier("instanceType"),
            vCPUs: try element["vCpuInfo"]?.integer("defaultVCpus") ?? 0,
            memory: try element["memoryInfo"]?.integer("sizeInMiB") ?? 0,
            architectures: element["processorInfo"]?.items("supportedArchitectures").map(\.text)
                ?? [],
            supportsSpot: element.items("supportedUsageClasses").contains { $0.text == "spot" },
            isBurstable: try element.boolean("burstablePerformanceSupported") ?? false,
            isCurrentGeneration: try element.boolean("currentGeneration") ?? false,
            isBareMetal: try element.boolean("bareMetal") ?? false,
            supportsHibernation: try element.boolean("hibernationSupported") ?? false,
            localStorage: try element["instanceStorageInfo"]?.integer("totalSizeInGB") ?? 0,
            networkPerformance: element["networkInfo"]?.nonEmptyText("networkPerformance")
        )
        for gpu in element["gpuInfo"]?.items("gpus") ?? [] {
            gpus += try gpu.integer("count") ?? 0
            let words = [gpu.nonEmptyText("manufacturer"), gpu.nonEmptyText("name")]
            gpuName = gpuName ?? words.compactMap { $0 }.joined(separator: " ")
        }
    }
}

/// Lists instance types that exist in the region.
package struct DescribeInstanceTypes: EC2ListOperation, Hashable {
    /// None for all of them.
    package var types: [InstanceType]
    package var filters: [Filter]
    package var nextToken: String?

    /// At most 100 types; an unknown one makes the whole call fail.
    package init(types: [InstanceType] = [], filters: [Filter] = []) {
        self.types = types
        self.filters = filters
    }

    package static let list = "instanceTypeSet"

    package func encode(to fields: inout QueryEncoder) {
        fields.setList("InstanceType", types)
        fields.setFilters(filters)
        if types.isEmpty { fields["MaxResults"] = 100 }
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> InstanceTypeDescription {
        try InstanceTypeDescription(element)
    }
}

/// A type that is to be had somewhere.
package struct InstanceTypeOffering: Sendable, Hashable {
    package let type: InstanceType
    /// A region, a zone's name or a zone's id, as was asked.
    package let location: String

    package init(type: InstanceType, location: String) {
        self.type = type
        self.location = location
    }
}

/// Lists which types are offered where.
package struct DescribeInstanceTypeOfferings: EC2ListOperation, Hashable {
    /// What the places in the answer are.
    package enum LocationType: String, Sendable, QueryValue {
        case region
        case zone = "availability-zone"
        case zoneID = "availability-zone-id"
    }

    package var locationType: LocationType
    package var filters: [Filter]
    package var nextToken: String?

    package init(by locationType: LocationType = .zone, types: [InstanceType] = []) {
        self.locationType = locationType
        filters = types.isEmpty ? [] : [Filter("instance-type", types.map(\.rawValue))]
    }

    package static let list = "instanceTypeOfferingSet"

    package func encode(to fields: inout QueryEncoder) {
        fields["LocationType"] = locationType
        fields.setFilters(filters)
        fields["MaxResults"] = 1000
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> InstanceTypeOffering {
        InstanceTypeOffering(
            type: try element.requireIdentifier("instanceType"),
            location: try element.require("location")
        )
    }
}
