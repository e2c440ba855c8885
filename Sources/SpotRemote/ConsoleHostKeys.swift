package import SSHKeys
import SpotSupport

/// The host keys that cloud-init prints on the console at first boot.
///
/// AWS hands the console out over its authenticated API, so what stands there cannot come from someone
/// who sits between us and the machine.
package struct ConsoleHostKeys: Equatable, Sendable {
    /// Whole keys, from the `SSH HOST KEY KEYS` block.
    package let keys: [PublicKey]
    /// `SHA256:…`, from the `SSH HOST KEY FINGERPRINTS` block.
    package let fingerprints: [Fingerprint]

    package var isEmpty: Bool { keys.isEmpty && fingerprints.isEmpty }

    /// Reads a console log, of which each line may begin with a time stamp or a prefix.
    package init(consoleOutput: String) {
        let lines = consoleOutput.split(whereSeparator: \.isNewline).map(String.init)
        keys = Self.block("SSH HOST KEY KEYS", of: lines).compactMap(Self.key)
        fingerprints = Self.block("SSH HOST KEY FINGERPRINTS", of: lines).compactMap(
            Self.fingerprint
        )
    }

    /// The lines between the last BEGIN of this block and its END: a reboot prints it again.
    private static func block(_ title: String, of lines: [String]) -> ArraySlice<String> {
        guard let begin = lines.lastIndex(where: { $0.contains("-----BEGIN \(title)-----") }),
            let end = lines[begin...].firstIndex(where: { $0.contains("-----END \(title)-----") })
        else { return [] }
        return lines[(begin + 1)..<end]
    }

    private static func key(_ line: String) -> PublicKey? {
        let words = line.split(separator: " ")
        guard
            let type = words.firstIndex(where: {
                $0.hasPrefix("ssh-") || $0.hasPrefix("ecdsa-sha2-")
            }),
            type + 1 < words.endIndex
        else { return nil }
        return try? PublicKey(line: "\(words[type]) \(words[type + 1])")
    }

    private static func fingerprint(_ line: String) -> Fingerprint? {
        line.split(separator: " ").first { $0.hasPrefix("SHA256:") }.map { Fingerprint(String($0)) }
    }
}
