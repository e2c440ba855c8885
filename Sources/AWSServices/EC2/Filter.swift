import AWSRuntime

/// A condition on a list: any of the values, and all of the filters.
package struct Filter: Sendable, Hashable {
    package let name: String
    /// `*` and `?` are wildcards and `\` takes their meaning away.
    package let values: [String]

    /// Values that stand for themselves, wildcards escaped.
    package init(_ name: String, _ values: [String]) {
        self.name = name
        self.values = values.map(Self.escape)
    }

    /// Values in which `*` and `?` are wildcards.
    package init(_ name: String, matching patterns: [String]) {
        self.name = name
        values = patterns
    }

    /// Resources whose tag `key` has one of the values.
    package static func tag(_ key: String, _ values: String...) -> Filter {
        Filter("tag:\(key)", values)
    }

    /// Resources that have the tag, whatever its value.
    package static func tagged(_ key: String) -> Filter {
        Filter("tag-key", [key])
    }

    /// Instances in one of these states.
    package static func state(_ states: [InstanceState]) -> Filter {
        Filter("instance-state-name", states.map(\.rawValue))
    }

    /// The instances that were made with this token.
    package static func clientToken(_ token: String) -> Filter {
        Filter("client-token", [token])
    }

    private static func escape(_ value: String) -> String {
        String(value.flatMap { "*?\\".contains($0) ? ["\\", $0] : [$0] })
    }
}

extension QueryEncoder {
    mutating func setFilters(_ filters: [Filter]) {
        setStructures("Filter", filters) { fields, filter in
            fields["Name"] = filter.name
            fields.setList("Value", filter.values)
        }
    }
}
