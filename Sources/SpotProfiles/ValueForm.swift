import SpotSupport

/// Where a value that is being read stands.
struct ReadingContext: Sendable {
    /// The file, variable or flag; a file's line is added value by value.
    let origin: Origin
    /// What relative paths are relative to; nil leaves them to the working directory.
    var directory: String?
    /// What `~/` stands for.
    var home: String?
    /// The field or setting that is being read.
    var field: String?

    func origin(at line: Int?) -> Origin {
        guard case .file(let path, _) = origin else { return origin }
        return .file(path, line: line)
    }

    /// A path as it was meant by whoever wrote it here.
    func resolved(_ path: String) -> String {
        if path.hasPrefix("~/"), let home { return home + path.dropFirst(1) }
        guard !path.hasPrefix("/"), let directory else { return path }
        return "\(directory)/\(path)"
    }
}

/// The form of one kind of value: how it is read from a file, a flag or a variable, how it is shown, and
/// how its form is called in a message.
struct ValueForm<Value: Sendable>: Sendable {
    /// What the value must be: "a whole number from 1 to 65535".
    let name: String
    let isList: Bool
    let parse:
        @Sendable (ConfigurationNode, ReadingContext) throws(ConfigurationError) ->
            Value?
    let show: @Sendable (Value) -> ConfigurationEntry.Shown

    /// The value of `node`, or an error that names the place, the field and the form.
    func read(
        _ node: ConfigurationNode,
        field: String,
        in context: ReadingContext
    ) throws(ConfigurationError) -> Value {
        var context = context
        context.field = field
        if let value = try parse(node, context) { return value }
        throw ConfigurationError(
            at: context.origin(at: node.line),
            field: field,
            problem: "must be \(name), not \(node.quoted)"
        )
    }
}

extension ValueForm {
    /// A value of one word or line.
    static func scalar(
        _ name: String,
        _ parse: @escaping @Sendable (String) -> Value?,
        show: @escaping @Sendable (Value) -> String
    ) -> ValueForm {
        ValueForm(
            name: name,
            isList: false,
            parse: { node, _ in
                guard case .scalar(let text) = node.content else { return nil }
                return parse(text)
            },
            show: { .one(show($0)) }
        )
    }

    /// The same form with nothing allowed: in a profile, `~` takes back what a base gave.
    func optional() -> ValueForm<Value?> {
        ValueForm<Value?>(
            name: name,
            isList: isList,
            parse: { node, context throws(ConfigurationError) in
                if case .null = node.content { return .some(nil) }
                // Two kinds of nothing: a value taken back, and a node that is no value.
                guard let value = try parse(node, context) else { return nil }
                return .some(value)
            },
            show: { $0.map(show) ?? .nothing }
        )
    }

    /// A list of such values; a single one stands for a list of one.
    func list(atLeast least: Int = 0) -> ValueForm<[Value]> {
        ValueForm<[Value]>(
            name: least > 0 ? "a list of at least \(least), each \(name)" : "a list, each \(name)",
            isList: true,
            parse: { node, context throws(ConfigurationError) in
                var values: [Value] = []
                for item in node.items {
                    guard let value = try parse(item, context) else {
                        throw ConfigurationError(
                            at: context.origin(at: item.line),
                            field: context.field,
                            problem: "must be \(name), not \(item.quoted)"
                        )
                    }
                    values.append(value)
                }
                return values.count < least ? nil : values
            },
            show: { values in
                .many(
                    values.map {
                        guard case .one(let text) = show($0) else { return "" }
                        return text
                    }
                )
            }
        )
    }
}

extension ConfigurationNode {
    /// The items of a list; a single value is a list of one, nothing is an empty one.
    fileprivate var items: [ConfigurationNode] {
        switch content {
        case .null: []
        case .list(let items): items
        case .scalar, .map: [self]
        }
    }
}
