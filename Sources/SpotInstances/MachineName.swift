package import SpotSupport

/// The name a person gave a machine.
///
/// It becomes a tag, a key pair's name, part of a security group's name, a file name and a `Host` line
/// for ssh, so it is held to what all of them take: a letter or digit, then letters, digits, dots,
/// underscores and hyphens, 63 characters at most. It may not end in `.pub`: `web.pub` is the file of
/// web's public key.
package struct MachineName: Hashable, Sendable, CustomStringConvertible, Comparable {
    package static let longest = 63

    package let text: String

    /// - Throws: `GeneralFailure` of kind `usage` that shows the refused name.
    package init(_ text: String) throws(GeneralFailure) {
        guard !text.hasSuffix(".pub") else {
            throw GeneralFailure(
                .usage,
                "cannot use \(Self.shown(text)) as a machine's name: it ends in .pub, as the files "
                    + "of public keys do",
                hint: "leave .pub out"
            )
        }
        guard Self.isValid(text) else {
            throw GeneralFailure(
                .usage,
                "cannot use \(Self.shown(text)) as a machine's name",
                hint: "use 1 to \(Self.longest) letters, digits, dots, underscores and hyphens, "
                    + "starting with a letter or digit"
            )
        }
        self.text = text
    }

    package var description: String { text }

    package static func < (left: MachineName, right: MachineName) -> Bool { left.text < right.text }

    private static func isValid(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= longest else { return false }
        return isAlphanumeric(first)
            && text.utf8.allSatisfy { isAlphanumeric($0) || "._-".utf8.contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    /// The refused text as it may be printed: quoted, control characters escaped, long ones cut.
    private static func shown(_ text: String) -> String {
        let cut = text.unicodeScalars.count > 80
        let kept = String(String.UnicodeScalarView(text.unicodeScalars.prefix(80)))
        return kept.debugDescription + (cut ? "…" : "")
    }
}
