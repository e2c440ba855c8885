import FoundationEssentials
import SpotSupport
package import SystemPackage

/// All profiles there are: those that come with spot, and the user's own files, which win where the
/// names are the same.
package struct ProfileCatalog: Sendable {
    /// A line of `spot profile list`.
    package struct Listing: Sendable {
        package let name: String
        package let summary: String?
        package let base: String?
        /// The profile's file.
        package let origin: Origin
        /// Why the profile cannot be used, if it cannot.
        package let problem: ConfigurationError?
    }

    private let userDirectory: FilePath?
    private let home: FilePath?

    /// `userDirectory` holds the user's own `*.yaml`; it need not exist.
    package init(userDirectory: FilePath? = nil, home: FilePath? = nil) {
        self.userDirectory = userDirectory
        self.home = home
    }

    /// The profile of that name, or the defaults with that instance type, resolved over all its bases.
    package func profile(named name: String) throws(ConfigurationError) -> LaunchProfile {
        guard isFileName(name) else {
            throw unknown(name, problem: "a profile's name is one word")
        }
        if let source = try source(of: name, at: .user) { return try resolve(source) }
        guard InstanceTypeName.matches(name) else { throw unknown(name, problem: nil) }
        let root = try profile(named: EmbeddedProfiles.root)
        var profile = LaunchProfile(name: name)
        profile.instanceTypes = Sourced([name], .flag("--profile"))
        return profile.over(root)
    }

    /// Every profile by name, the ones that cannot be used included.
    package func listings() throws(ConfigurationError) -> [Listing] {
        var listings: [Listing] = []
        for name in try names() {
            let origin = userFile(name).map { Origin.file($0.string, line: nil) }
            do throws(ConfigurationError) {
                guard let source = try source(of: name, at: .user) else { continue }
                let profile = try resolve(source)
                listings.append(
                    Listing(
                        name: name,
                        summary: source.profile.summary.value,
                        base: profile.bases.first,
                        origin: .file(source.file, line: nil),
                        problem: nil
                    )
                )
            } catch {
                listings.append(
                    Listing(
                        name: name,
                        summary: nil,
                        base: nil,
                        origin: error.origin ?? origin ?? .builtIn,
                        problem: error
                    )
                )
            }
        }
        return listings
    }

    /// The names of all profiles in order, the user's included.
    package func names() throws(ConfigurationError) -> [String] {
        var names = Set(EmbeddedProfiles.all.keys)
        if let userDirectory, FileManager.default.fileExists(atPath: userDirectory.string) {
            do {
                let files = try FileManager.default.contentsOfDirectory(
                    atPath: userDirectory.string
                )
                names.formUnion(
                    files.filter { $0.hasSuffix(Self.suffix) }
                        .map { String($0.dropLast(Self.suffix.count)) }
                        .filter(isFileName)
                )
            } catch {
                throw ConfigurationError(.usage, "cannot list the profiles in \(userDirectory)")
            }
        }
        return names.sorted()
    }

    private static let suffix = ".yaml"

    /// Where a name is looked up first.
    private enum Place {
        case user
        case embedded
    }

    /// A profile's file, read but not yet put over its base.
    private struct Source {
        let file: String
        let isEmbedded: Bool
        let profile: LaunchProfile
        let base: (name: String, origin: Origin)?
    }

    private func resolve(_ source: Source) throws(ConfigurationError) -> LaunchProfile {
        var chain = [source]
        while let next = try base(of: chain[chain.count - 1]) {
            if chain.contains(where: { $0.file == next.file }) { throw loop(chain, next) }
            chain.append(next)
        }
        var profile = chain[chain.count - 1].profile
        for layer in chain.dropLast().reversed() { profile = layer.profile.over(profile) }
        guard !profile.instanceTypes.value.isEmpty else {
            throw ConfigurationError(
                at: .file(source.file, line: nil),
                field: "instance_types",
                problem: "must name an instance type, here or in a base"
            )
        }
        return profile
    }

    /// What a profile stands on: what it names, else the root.
    ///
    /// Its own name means the embedded profile that it replaces.
    private func base(of source: Source) throws(ConfigurationError) -> Source? {
        let name = source.profile.name
        guard let base = source.base else {
            if name != EmbeddedProfiles.root {
                return try self.source(of: EmbeddedProfiles.root, at: .user)
            }
            return source.isEmbedded ? nil : try self.source(of: name, at: .embedded)
        }
        let place: Place = base.name == name && !source.isEmbedded ? .embedded : .user
        guard isFileName(base.name), let found = try self.source(of: base.name, at: place) else {
            let nearest = NearestName.among(try names().filter { $0 != name }, to: base.name)
            throw ConfigurationError(
                at: base.origin,
                field: "base",
                problem: "names no profile: “\(base.name)”",
                hint: nearest.map { "did you mean \($0)?" }
            )
        }
        return found
    }

    private func loop(_ chain: [Source], _ next: Source) -> ConfigurationError {
        let names = (chain + [next]).map(\.profile.name).joined(separator: " → ")
        return ConfigurationError(
            at: chain.last?.base?.origin ?? .file(next.file, line: nil),
            field: "base",
            problem: "leads back to where it began: \(names)"
        )
    }

    private func source(of name: String, at place: Place) throws(ConfigurationError) -> Source? {
        if place == .user, let path = userFile(name), let text = try YAMLFile.read(path) {
            let context = ReadingContext(
                origin: .file(path.string, line: nil),
                directory: path.removingLastComponent().string,
                home: home?.string
            )
            return try parse(text, name, context, isEmbedded: false)
        }
        guard let bytes = EmbeddedProfiles.all[name] else { return nil }
        let context = ReadingContext(origin: .file("profiles/\(name).yaml", line: nil))
        return try parse(String(decoding: bytes, as: UTF8.self), name, context, isEmbedded: true)
    }

    private func parse(
        _ text: String,
        _ name: String,
        _ context: ReadingContext,
        isEmbedded: Bool
    ) throws(ConfigurationError) -> Source {
        let file = context.origin.description
        var profile = LaunchProfile(name: name)
        var base: (String, Origin)?
        for entry in try YAMLFile.parse(text, file: file) {
            let origin = context.origin(at: entry.line)
            switch entry.key {
            case "base":
                base = (try ValueForm.line.read(entry.value, field: "base", in: context), origin)
            case "description":
                let line = try ValueForm.line.read(entry.value, field: "description", in: context)
                profile.summary = Sourced(line, origin)
            default:
                guard let field = ProfileField.named(entry.key) else {
                    throw ConfigurationError.unknownField(
                        entry.key,
                        among: ["base", "description"] + ProfileField.all.map(\.name),
                        at: origin
                    )
                }
                try field.read(entry.value, context, &profile)
            }
        }
        return Source(file: file, isEmbedded: isEmbedded, profile: profile, base: base)
    }

    private func userFile(_ name: String) -> FilePath? {
        userDirectory?.appending(name + Self.suffix)
    }

    /// No slash, no leading dot: a name can only ever mean a file in the directory.
    private func isFileName(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 64, first != UInt8(ascii: ".") else {
            return false
        }
        return name.utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || "._-".unicodeScalars.contains(scalar))
        }
    }

    private func unknown(_ name: String, problem: String?) -> ConfigurationError {
        let nearest = NearestName.among((try? names()) ?? [], to: name)
        return ConfigurationError(
            .usage,
            "cannot find the profile “\(name.prefix(64))”" + (problem.map { ": \($0)" } ?? ""),
            hint: nearest.map { "did you mean \($0)?" } ?? "see 'spot profile list'"
        )
    }
}

extension ConfigurationError {
    /// A field nobody knows, with the nearest one that somebody does.
    static func unknownField(
        _ field: String,
        among known: [String],
        at origin: Origin
    ) -> ConfigurationError {
        let nearest = NearestName.among(known, to: field)
        return ConfigurationError(
            at: origin,
            field: field.count > 64 ? "a name of \(field.count) characters" : field,
            problem: "is no field that spot knows",
            hint: nearest.map { "did you mean \($0)?" }
                ?? "known fields: \(known.joined(separator: ", "))"
        )
    }
}
