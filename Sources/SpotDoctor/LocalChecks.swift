import FoundationEssentials
package import SpotProfiles
import SpotSupport
import SystemPackage

/// Looks at this computer: files, programs, terminal.
///
/// Nobody else is asked.
package struct LocalChecks: Sendable {
    private let directories: Directories
    private let environment: [String: String]
    private let catalog: ProfileCatalog
    private let settingsFailure: ConfigurationError?

    /// - Parameter settingsFailure: Why the settings cannot be used; nil where they can.
    package init(
        directories: Directories,
        environment: [String: String],
        catalog: ProfileCatalog,
        settingsFailure: ConfigurationError?
    ) {
        self.directories = directories
        self.environment = environment
        self.catalog = catalog
        self.settingsFailure = settingsFailure
    }

    /// In the order in which a launch needs what they look at.
    package var checks: [Check] {
        [
            Check("settings") { settings() },
            Check("profiles") { try profiles() },
            Check("directories") { places() },
            Check("keys") { try keys() },
            Check("programs") { programs() },
            Check("terminal") { terminal() },
        ]
    }

    private func settings() -> Verdict {
        if let settingsFailure { return Verdict(settingsFailure) }
        let path = directories.settingsFile
        return .ok(
            FileFacts(path) == nil
                ? "there is no \(path), and none is needed" : "\(path) is in order"
        )
    }

    private func profiles() throws -> Verdict {
        let listings = try catalog.listings()
        let broken = listings.filter { $0.problem != nil }
        guard let first = broken.first, let problem = first.problem else {
            return .ok("all \(listings.count) can be used")
        }
        let names = broken.map(\.name).joined(separator: ", ")
        return .problem(
            .usage,
            "\(broken.count) of \(listings.count) cannot be used (\(names)): \(problem.message)",
            remedy: problem.hint ?? "correct \(first.origin)"
        )
    }

    private func places() -> Verdict {
        let all = [
            (directories.config.value, isSecret: false), (directories.state.value, isSecret: true),
            (directories.cache.value, isSecret: false), (directories.runtime.value, isSecret: true),
        ]
        for (path, _) in all {
            if let facts = FileFacts(path) {
                guard facts.isDirectory else {
                    return .problem(
                        .broken,
                        "\(path) is no directory",
                        remedy: "move it away"
                    )
                }
                guard facts.isOurs else {
                    return .problem(
                        .broken,
                        "\(path) belongs to somebody else",
                        remedy: "sudo chown -R \"$USER\" \(ShellQuoting.quote(path.string))"
                    )
                }
            }
            let nearest = FileFacts.nearestDirectory(path)
            guard FileFacts.isWritable(nearest) else {
                return .problem(
                    .broken,
                    "\(nearest) cannot be written",
                    remedy: "chmod u+wx \(nearest)"
                )
            }
        }
        for (path, isSecret) in all {
            guard let facts = FileFacts(path) else { continue }
            guard isSecret ? facts.isOpenToOthers : facts.mode & 0o022 != 0 else { continue }
            return .warning(
                "\(path) is open to others (\(facts.octal))",
                remedy: "chmod 700 \(ShellQuoting.quote(path.string))"
            )
        }
        return .ok("settings, state, cache and sockets have their places")
    }

    private func keys() throws -> Verdict {
        let folder = directories.state.value.appending("keys")
        guard FileFacts(folder) != nil else { return .ok("none yet") }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.string)
            .filter { !$0.hasPrefix(".") && !$0.hasSuffix(".pub") }.sorted()
        for name in names {
            guard let facts = FileFacts(folder.appending(name)) else {
                return .warning(
                    "the key of \(name) leads to a file that is gone",
                    remedy:
                        "put the file back, or rm \(ShellQuoting.quote(folder.appending(name).string))"
                )
            }
            guard facts.isOpenToOthers else { continue }
            let path = ShellQuoting.quote(folder.appending(name).string)
            return .problem(
                .broken,
                "the key of \(name) is open to others (\(facts.octal)), and ssh refuses such a key",
                remedy: "chmod 600 \(path)"
            )
        }
        return .ok(names.isEmpty ? "none yet" : "\(names.count), private to you")
    }

    /// Spot needs neither: `spot ssh-config` is for them.
    private func programs() -> Verdict {
        let wanted = ["ssh", "rsync"]
        let missing = wanted.filter { !isInPath($0) }
        guard !missing.isEmpty else { return .ok("\(wanted.joined(separator: " and ")) are there") }
        return .warning(
            "there is no \(missing.joined(separator: " and no ")); spot itself needs none",
            remedy: "sudo apt-get install openssh-client rsync"
        )
    }

    private func isInPath(_ name: String) -> Bool {
        (environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":").contains {
            FileFacts.isProgram(FilePath(String($0)).appending(name))
        }
    }

    private func terminal() -> Verdict {
        let type = environment["TERM", default: ""]
        guard !type.isEmpty else {
            return .warning(
                "TERM is not set, so programs on machines do not know this terminal",
                remedy: "export TERM=xterm-256color"
            )
        }
        let names = ["LC_ALL", "LC_CTYPE", "LANG"]
        let locale = names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let form = locale.lowercased()
        guard form.contains("utf-8") || form.contains("utf8") else {
            return .warning(
                locale.isEmpty
                    ? "no locale is set, so text beyond ASCII may look wrong"
                    : "the locale \(locale) is not UTF-8, so text beyond ASCII may look wrong",
                remedy: "export LANG=C.UTF-8"
            )
        }
        return .ok("\(type), \(locale)")
    }
}
