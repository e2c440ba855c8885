/// A setting and the place it came from.
package struct Sourced<Value: Sendable>: Sendable {
    package let value: Value
    /// For people: "--region", "AWS_REGION", "profile web in /home/me/.aws/config".
    package let origin: String

    package init(_ value: Value, from origin: String) {
        self.value = value
        self.origin = origin
    }
}

extension Sourced: Equatable where Value: Equatable {}
