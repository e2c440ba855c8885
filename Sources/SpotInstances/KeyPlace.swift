package import AWSRuntime
import SpotSupport

/// A region of an account, where a key pair may stand for a key on this computer.
package struct KeyPlace: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// Twelve digits.
    package let account: String
    package let region: String

    package init(account: String, region: Region) {
        self.account = account
        self.region = "\(region)"
    }

    /// - Parameter owner: An ARN as STS tells it, whose fifth part is the account.
    package init(owner: String, region: Region) {
        let parts = owner.split(separator: ":", omittingEmptySubsequences: false)
        self.init(account: parts.count > 4 ? String(parts[4]) : owner, region: region)
    }

    /// One line of a record; nil for anything else.
    init?(line: Substring) {
        let words = line.split(separator: " ")
        guard words.count == 2 else { return nil }
        account = String(words[0])
        region = String(words[1])
    }

    var line: String { "\(account) \(region)" }

    package var description: String { "\(region) (account \(account))" }

    package static func < (left: KeyPlace, right: KeyPlace) -> Bool { left.line < right.line }
}
