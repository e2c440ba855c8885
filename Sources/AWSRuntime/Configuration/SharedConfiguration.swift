import SpotSupport
package import SystemPackage

/// Both files that AWS's tools share: `~/.aws/config` and `~/.aws/credentials`.
package struct SharedConfiguration: Sendable {
    package let configPath: FilePath
    package let credentialsPath: FilePath
    let config: SharedConfigFile
    let credentials: SharedConfigFile

    /// Reads both files; one that is not there counts as empty.
    ///
    /// `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` name others.
    package init(
        environment: [String: String],
        homeDirectory: FilePath
    ) throws(AWSConfigurationError) {
        func path(_ variable: String, _ usual: String) -> FilePath {
            guard let text = environment[variable], !text.isEmpty else {
                return homeDirectory.appending(".aws").appending(usual)
            }
            return Self.expand(text, environment: environment, homeDirectory: homeDirectory)
        }
        configPath = path("AWS_CONFIG_FILE", "config")
        credentialsPath = path("AWS_SHARED_CREDENTIALS_FILE", "credentials")
        config = try Self.read(configPath)
        credentials = try Self.read(credentialsPath)
    }

    /// The names of every profile in either file, sorted.
    package var profileNames: [String] {
        let fromConfig = config.sections.keys.compactMap { heading in
            heading.hasPrefix("profile ")
                ? String(heading.dropFirst(8)) : heading == "default" ? heading : nil
        }
        return Set(fromConfig + credentials.sections.keys).sorted()
    }

    /// What may have been meant where there is no profile with this name.
    func hint(forMissing name: String) -> String {
        if config.sections[name] != nil {
            return "in \(configPath) its heading has to be [profile \(name)]"
        }
        let known = profileNames
        return known.isEmpty
            ? "there is none at all" : "known are: \(known.joined(separator: ", "))"
    }

    /// A profile by name; nil where neither file has it.
    package func profile(_ name: String) -> SharedProfile? {
        let bare = name == "default" ? config.sections[name] : nil
        let prefixed = config.sections["profile \(name)"]
        let fromCredentials = credentials.sections[name]
        guard bare != nil || prefixed != nil || fromCredentials != nil else { return nil }
        return SharedProfile(
            name: name,
            config: bare.map { $0.merging(prefixed) } ?? prefixed,
            credentials: fromCredentials,
            files: self
        )
    }

    private static func read(_ path: FilePath) throws(AWSConfigurationError) -> SharedConfigFile {
        do {
            guard let bytes = try PrivateFile.read(path) else { return SharedConfigFile() }
            return try SharedConfigFile(parsing: bytes, name: path.string)
        } catch let error as AWSConfigurationError {
            throw error
        } catch {
            throw AWSConfigurationError("\(error)", cause: error)
        }
    }

    /// Resolves a leading `~` and every `$NAME` or `${NAME}` that is set.
    static func expand(
        _ text: String,
        environment: [String: String],
        homeDirectory: FilePath
    ) -> FilePath {
        let expanded = text.replacing(/\$(?:\{(\w+)\}|(\w+))/) { match in
            environment[String(match.1 ?? match.2 ?? "")].map { Substring($0) } ?? match.0
        }
        guard expanded == "~" || expanded.hasPrefix("~/") else { return FilePath(expanded) }
        return homeDirectory.appending(String(expanded.dropFirst(2)))
    }
}

extension SharedConfigFile.Section {
    /// The keys of both; those of `other` win.
    fileprivate func merging(_ other: SharedConfigFile.Section?) -> SharedConfigFile.Section {
        guard let other else { return self }
        var merged = self
        merged.values.merge(other.values) { $1 }
        merged.nested.merge(other.nested) { $1 }
        return merged
    }
}
