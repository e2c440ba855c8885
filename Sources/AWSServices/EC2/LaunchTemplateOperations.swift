package import AWSRuntime

package import struct FoundationEssentials.Date

/// A launch template, without its versions.
package struct LaunchTemplate: Sendable, Hashable {
    package var name: LaunchTemplateName
    package var created: Date?
    package var tags: [String: String]

    package init(name: LaunchTemplateName, created: Date? = nil, tags: [String: String] = [:]) {
        self.name = name
        self.created = created
        self.tags = tags
    }

    init(_ element: XMLElement) throws(XMLError) {
        name = try element.requireIdentifier("launchTemplateName")
        created = try element.date("createTime")
        tags = try element.tags()
    }
}

/// Keeps what a machine is made of under a name, as version 1.
package struct CreateLaunchTemplate: EC2Operation, Hashable {
    package var name: LaunchTemplateName
    package var data: LaunchTemplateData
    /// Of the template itself.
    package var tags: [String: String]

    package init(
        name: LaunchTemplateName,
        data: LaunchTemplateData,
        tags: [String: String] = [:]
    ) {
        self.name = name
        self.data = data
        self.tags = tags
    }

    /// A name can be given once only.
    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["LaunchTemplateName"] = name
        fields.setStructure("LaunchTemplateData", data) { $1.encode(to: &$0) }
        if !tags.isEmpty {
            fields.setTagSpecifications([TagSpecification(.launchTemplate, tags)])
        }
    }

    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}

/// Deletes a launch template with all its versions; machines that came of it stay.
package struct DeleteLaunchTemplate: EC2Operation, Hashable {
    package let name: LaunchTemplateName

    package init(_ name: LaunchTemplateName) { self.name = name }

    package var effect: OperationEffect { .repeatable }

    package func encode(to fields: inout QueryEncoder) {
        fields["LaunchTemplateName"] = name
    }

    package static func result(in answer: XMLElement) -> EC2Done { EC2Done() }
}

/// Lists launch templates.
package struct DescribeLaunchTemplates: EC2ListOperation, Hashable {
    package var filters: [Filter]
    package var nextToken: String?

    package init(filters: [Filter] = []) { self.filters = filters }

    package static let list = "launchTemplates"

    package func encode(to fields: inout QueryEncoder) {
        fields.setFilters(filters)
        fields["MaxResults"] = 200
        fields["NextToken"] = nextToken
    }

    package static func item(from element: XMLElement) throws(XMLError) -> LaunchTemplate {
        try LaunchTemplate(element)
    }
}
