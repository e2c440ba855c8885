import SpotSupport

extension ValueForm<String> {
    /// A text for which `isValid` holds.
    static func text(
        _ name: String,
        where isValid: @escaping @Sendable (String) -> Bool = { !$0.isEmpty }
    ) -> ValueForm {
        .scalar(name, { isValid($0) ? $0 : nil }, show: \.self)
    }

    static let line = text("one line of text") { !$0.isEmpty && !$0.contains(where: \.isNewline) }

    /// A word that AWS or a host gives: no spaces, no control characters.
    static func word(_ name: String) -> ValueForm {
        text(name) { word in
            !word.isEmpty && word.utf8.count <= 255
                && word.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7f }
        }
    }

    /// Lower-case letters, digits and hyphens with at least one hyphen, ending in a digit or letter.
    static func place(_ name: String) -> ValueForm {
        text(name) { word in
            word.contains("-") && word.first?.isLetter == true && word.last != "-"
                && word.utf8.allSatisfy { byte in
                    (97...122).contains(byte) || (48...57).contains(byte) || byte == 45
                }
        }
    }

    /// A local path, made absolute where the context says how.
    static let path = ValueForm(
        name: "a path",
        isList: false,
        parse: { node, context in
            guard case .scalar(let text) = node.content, !text.isEmpty else { return nil }
            return context.resolved(text)
        },
        show: { .one($0) }
    )
}

extension ValueForm<Int> {
    static func number(_ name: String, in range: ClosedRange<Int>) -> ValueForm {
        .scalar(
            "\(name) from \(range.lowerBound) to \(range.upperBound)",
            { Int($0).flatMap { range.contains($0) ? $0 : nil } },
            show: { "\($0)" }
        )
    }

    static let port = number("a port", in: 1...65_535)
}

extension ValueForm<Bool> {
    static let boolean = scalar("true or false", { Bool($0) }, show: { "\($0)" })
}

extension ValueForm<Duration> {
    static let duration = scalar(
        "a duration such as 90s, 10m, 8h or 2d",
        { Duration(option: $0).flatMap { $0 > .zero ? $0 : nil } },
        show: \.spoken
    )
}

extension ValueForm where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the cases of an enumeration.
    static var choice: ValueForm {
        let names = Value.allCases.map(\.rawValue)
        let form = names.dropLast().joined(separator: ", ") + " or " + (names.last ?? "")
        return .scalar(form, { Value(rawValue: $0) }, show: \.rawValue)
    }
}

extension ValueForm<FirewallRule> {
    static let firewallRule = ValueForm(
        name: "a rule such as tcp:8080:me or {protocol: tcp, ports: 8000-8010, source: 10.0.0.0/8}",
        isList: false,
        parse: { node, context throws(ConfigurationError) in
            switch node.content {
            case .scalar(let text): return FirewallRule(text)
            case .map(let entries): return try rule(entries, node, context)
            case .null, .list: return nil
            }
        },
        show: { .one($0.description) }
    )

    private static func rule(
        _ entries: [ConfigurationNode.Entry],
        _ node: ConfigurationNode,
        _ context: ReadingContext
    ) throws(ConfigurationError) -> FirewallRule? {
        let known = ["protocol", "ports", "source"]
        var texts: [String: String] = [:]
        for entry in entries {
            guard known.contains(entry.key) else {
                throw ConfigurationError.unknownField(
                    "firewall.\(entry.key)",
                    among: known.map { "firewall.\($0)" },
                    at: context.origin(at: entry.line)
                )
            }
            guard case .scalar(let text) = entry.value.content else { return nil }
            texts[entry.key] = text
        }
        guard let transport = texts["protocol"] else { return nil }
        guard
            let rule = FirewallRule(
                transport: transport,
                ports: texts["ports"],
                source: texts["source"]
            )
        else {
            throw ConfigurationError(
                at: context.origin(at: node.line),
                field: context.field,
                problem:
                    "must have a protocol (tcp, udp, icmp), ports for tcp and udp, and a source "
                    + "(me, an address range or sg-…)"
            )
        }
        return rule
    }
}

extension ValueForm<[String: String]> {
    /// AWS's limits for a tag: 128 and 256 characters; `aws:` and `spot:` are not the user's.
    static let tags = ValueForm(
        name: "a map of tags, or KEY=VALUE",
        isList: true,
        parse: { node, context throws(ConfigurationError) in
            var tags: [String: String] = [:]
            for (key, value, line) in try pairs(node) ?? [("", "", node.line)] {
                guard (1...128).contains(key.count), value.count <= 256,
                    !key.hasPrefix("aws:"), !key.hasPrefix("spot:")
                else {
                    throw ConfigurationError(
                        at: context.origin(at: line),
                        field: context.field,
                        problem: "must be a map or KEY=VALUE, keys of 1 to 128 characters that do "
                            + "not begin with aws: or spot:, values of at most 256"
                    )
                }
                tags[key] = value
            }
            return tags
        },
        show: { tags in .many(tags.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }) }
    )

    private static func pairs(
        _ node: ConfigurationNode
    ) throws(ConfigurationError) -> [(String, String, Int?)]? {
        switch node.content {
        case .null: return []
        case .scalar(let text): return pair(text, node.line).map { [$0] }
        case .list(let items):
            var pairs: [(String, String, Int?)] = []
            for item in items {
                guard case .scalar(let text) = item.content, let pair = pair(text, item.line) else {
                    return nil
                }
                pairs.append(pair)
            }
            return pairs
        case .map(let entries):
            var pairs: [(String, String, Int?)] = []
            for entry in entries {
                switch entry.value.content {
                case .scalar(let text): pairs.append((entry.key, text, entry.line))
                case .null: pairs.append((entry.key, "", entry.line))
                case .list, .map: return nil
                }
            }
            return pairs
        }
    }

    private static func pair(_ text: String, _ line: Int?) -> (String, String, Int?)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return (String(parts[0]), String(parts[1]), line)
    }
}

extension ValueForm<UserData> {
    /// The beginnings by which cloud-init tells its formats apart, and so do we from a path.
    private static let textBeginnings = [
        "#!", "#cloud-config", "#include", "#cloud-boothook", "Content-Type:", "MIME-Version:",
        "## template:",
    ]

    static let userData = ValueForm(
        name: "a path, or a text that cloud-init understands",
        isList: false,
        parse: { node, context in
            guard case .scalar(let text) = node.content, !text.isEmpty else { return nil }
            if text.contains("\n") || textBeginnings.contains(where: text.hasPrefix) {
                return .text(text)
            }
            return .file(context.resolved(text))
        },
        show: { data in
            switch data {
            case .text(let text): .one("(\(text.utf8.count) bytes of text)")
            case .file(let path): .one(path)
            }
        }
    )
}
