/// What protects a private key file; it shows itself to nobody.
package struct Passphrase: Sendable {
    let bytes: [UInt8]

    package init(_ text: String) {
        bytes = Array(text.utf8)
    }
}

extension Passphrase: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "passphrase" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
