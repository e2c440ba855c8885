import Glibc
import SpotSupport
import SystemPackage
import Yams

/// Reads a small YAML file into nodes that know their lines, and refuses what no honest configuration
/// file holds: anchors and aliases, keys that are not words, great size and great depth.
///
/// Anchors are refused whole because a few lines of them can stand for more nodes than memory holds.
/// The parser recurses, but libyaml itself stops at a thousand levels.
enum YAMLFile {
    static let largestFile = 65_536
    static let deepestNesting = 32
    /// Words like `*name`; a file without aliases may hold some, in a script.
    static let mostAliasLikeWords = 30

    /// The text of the file at `path`; nil where there is none.
    static func read(_ path: FilePath) throws(ConfigurationError) -> String? {
        let bytes: [UInt8]
        do {
            let file = try FileDescriptor.open(
                path,
                .readOnly,
                options: [.closeOnExec, .nonBlocking]
            )
            bytes = try file.closeAfter { try readBounded(file) }
        } catch Errno.noSuchFileOrDirectory {
            return nil
        } catch {
            let cause = (error as? Errno ?? .ioError).description.lowercased()
            throw ConfigurationError(.usage, "cannot read \(path): \(cause)")
        }
        let origin = Origin.file(path.string, line: nil)
        guard bytes.count <= largestFile else {
            throw ConfigurationError(
                at: origin,
                field: nil,
                problem: "it is larger than \(largestFile / 1024) KiB"
            )
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ConfigurationError(at: origin, field: nil, problem: "it is not UTF-8 text")
        }
        return text
    }

    /// The document's top-level map; an empty document is an empty map.
    static func parse(
        _ text: String,
        file: String
    ) throws(ConfigurationError) -> [ConfigurationNode.Entry] {
        try refuseManyAliases(text, file)
        do {
            let parser = try Yams.Parser(yaml: text, encoding: .utf8)
            // A node's anchor lives only as long as the parser.
            let root = try withExtendedLifetime(parser) {
                try parser.singleRoot().map { try node($0, file, depth: 0) }
            }
            switch root?.content {
            case nil, .null: return []
            case .map(let entries): return entries
            case .scalar, .list:
                throw ConfigurationError(
                    at: .file(file, line: root?.line),
                    field: nil,
                    problem: "the file must be a map of fields"
                )
            }
        } catch let error as ConfigurationError {
            throw error
        } catch {
            throw syntaxError(error, file)
        }
    }

    private static func readBounded(_ file: FileDescriptor) throws -> [UInt8] {
        var contents: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while contents.count <= largestFile {
            let count = try unsafe chunk.withUnsafeMutableBytes {
                unsafe try file.read(into: $0)
            }
            if count == 0 { break }
            contents += chunk[..<count]
        }
        return contents
    }

    /// A look at the raw text: the parser compares keys before anybody sees its nodes, and comparing
    /// nodes that stand for billions takes as long as walking them.
    private static func refuseManyAliases(
        _ text: String,
        _ file: String
    ) throws(ConfigurationError) {
        let words = zip(text.utf8, text.utf8.dropFirst())
            .count { $0 == UInt8(ascii: "*") && isWordByte($1) }
        if words > mostAliasLikeWords {
            throw ConfigurationError(
                at: .file(file, line: nil),
                field: nil,
                problem: "it has too many aliases",
                hint: "put a script or other long text in a file of its own"
            )
        }
    }

    private static func isWordByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    private static func node(
        _ yaml: Node,
        _ file: String,
        depth: Int
    ) throws(ConfigurationError) -> ConfigurationNode {
        let line = yaml.mark?.line
        let origin = Origin.file(file, line: line)
        guard yaml.anchor == nil else {
            throw ConfigurationError(
                at: origin,
                field: nil,
                problem: "anchors (&) and aliases (*) are not supported",
                hint: "write the value out, or put it in a profile and name that as base"
            )
        }
        guard depth < deepestNesting else {
            throw ConfigurationError(at: origin, field: nil, problem: "it is nested too deeply")
        }
        switch yaml {
        case .scalar(let scalar):
            return ConfigurationNode(isNull(scalar) ? .null : .scalar(scalar.string), line: line)
        case .sequence(let sequence):
            var items: [ConfigurationNode] = []
            for item in sequence { items.append(try node(item, file, depth: depth + 1)) }
            return ConfigurationNode(.list(items), line: line)
        case .mapping(let mapping):
            var entries: [ConfigurationNode.Entry] = []
            for (key, value) in mapping {
                entries.append(try entry(key, value, file, depth: depth))
            }
            return ConfigurationNode(.map(entries), line: line)
        case .alias:
            throw ConfigurationError(
                at: origin,
                field: nil,
                problem: "aliases (*) are not supported"
            )
        }
    }

    private static func entry(
        _ key: Node,
        _ value: Node,
        _ file: String,
        depth: Int
    ) throws(ConfigurationError) -> ConfigurationNode.Entry {
        guard let name = key.scalar?.string, key.anchor == nil else {
            throw ConfigurationError(
                at: .file(file, line: key.mark?.line),
                field: nil,
                problem: "a field's name must be a plain word"
            )
        }
        return ConfigurationNode.Entry(
            key: name,
            line: key.mark?.line,
            value: try node(value, file, depth: depth + 1)
        )
    }

    /// A plain (unquoted) scalar that YAML's core schema calls null.
    private static func isNull(_ scalar: Node.Scalar) -> Bool {
        scalar.style == .plain && ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }

    private static func syntaxError(_ error: any Error, _ file: String) -> ConfigurationError {
        let (problem, line): (String, Int?) =
            switch error as? YamlError {
            case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
                .composer(_, let problem, let mark, _):
                (problem, mark.line)
            case .duplicatedKeysInMapping(let keys, let context):
                (
                    "the same field is given twice: \(keys.joined(separator: ", "))",
                    context.mark.line
                )
            case .reader(let problem, _, _, _): (problem, nil)
            default: ("it is not valid YAML", nil)
            }
        return ConfigurationError(at: .file(file, line: line), field: nil, problem: problem)
    }
}
