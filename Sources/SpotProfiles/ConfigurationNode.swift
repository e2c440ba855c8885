/// A piece of a configuration file, or of a flag or variable that stands in for one.
struct ConfigurationNode: Sendable {
    enum Content: Sendable {
        case null
        case scalar(String)
        case list([ConfigurationNode])
        /// In the order of the file; no key twice.
        case map([Entry])
    }

    struct Entry: Sendable {
        let key: String
        let line: Int?
        let value: ConfigurationNode
    }

    let content: Content
    /// Counted from 1; nil where there is no file.
    let line: Int?

    init(_ content: Content, line: Int? = nil) {
        self.content = content
        self.line = line
    }

    /// What a flag or variable says: one value, or several of a repeated flag.
    init(texts: [String], isList: Bool) {
        if !isList, texts.count == 1, let text = texts.first {
            self.init(.scalar(text))
        } else {
            self.init(.list(texts.map { ConfigurationNode(.scalar($0)) }))
        }
    }

    /// As it is quoted in a message: never long, never several lines.
    var quoted: String {
        switch content {
        case .null: "nothing"
        case .list: "a list"
        case .map: "a map"
        case .scalar(let text):
            "“" + String(text.prefix(Self.longestQuotation))
                + (text.count > Self.longestQuotation ? "…" : "") + "”"
        }
    }

    private static let longestQuotation = 60
}
