import AWSRuntime

/// Tags for one kind of resource that a call creates.
package struct TagSpecification: Sendable, Hashable {
    /// The kinds of resource that can be tagged while they are created.
    package enum ResourceType: String, Sendable, QueryValue {
        case fleet
        case instance
        case keyPair = "key-pair"
        case launchTemplate = "launch-template"
        case networkInterface = "network-interface"
        case securityGroup = "security-group"
        case securityGroupRule = "security-group-rule"
        case spotInstancesRequest = "spot-instances-request"
        case volume
    }

    package let resourceType: ResourceType
    package let tags: [String: String]

    package init(_ resourceType: ResourceType, _ tags: [String: String]) {
        self.resourceType = resourceType
        self.tags = tags
    }
}

extension QueryEncoder {
    mutating func setTagSpecifications(_ specifications: [TagSpecification]) {
        setStructures("TagSpecification", specifications) { fields, specification in
            fields["ResourceType"] = specification.resourceType
            fields.setTags(specification.tags)
        }
    }

    /// Sorted by key, so that equal requests are equal bytes.
    mutating func setTags(_ tags: [String: String]) {
        setStructures("Tag", tags.sorted { $0.key < $1.key }) { fields, tag in
            fields["Key"] = tag.key
            fields["Value"] = tag.value
        }
    }
}

extension XMLElement {
    /// The `<tagSet>` of a resource.
    func tags() throws(XMLError) -> [String: String] {
        var tags: [String: String] = [:]
        for item in items("tagSet") { tags[try item.require("key")] = item.text("value") ?? "" }
        return tags
    }
}
