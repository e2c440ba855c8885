/// Where a value comes from.
package enum Origin: Hashable, Sendable, CustomStringConvertible {
    /// Nobody said anything: spot's own choice.
    case builtIn
    /// A file, and the line the value stands on. An embedded profile's file reads `profiles/gpu.yaml`.
    case file(String, line: Int?)
    /// An environment variable.
    case environment(String)
    /// A flag of the command line, as it is written: `--region`.
    case flag(String)

    package var description: String {
        switch self {
        case .builtIn: "built-in"
        case .file(let path, let line?): "\(path):\(line)"
        case .file(let path, nil): path
        case .environment(let name): name
        case .flag(let name): name
        }
    }
}

/// A value and where it comes from.
package struct Sourced<Value: Sendable>: Sendable {
    package let value: Value
    package let origin: Origin

    package init(_ value: Value, _ origin: Origin = .builtIn) {
        self.value = value
        self.origin = origin
    }
}

extension Sourced: Equatable where Value: Equatable {}
