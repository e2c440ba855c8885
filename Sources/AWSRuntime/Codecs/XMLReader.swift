import SpotSupport

/// Reads the XML that AWS answers with: a small, strict and bounded subset.
///
/// Elements, attributes, text, CDATA, the five named entities, character references, comments and
/// processing instructions. A document type declaration is refused, so nothing outside the text can
/// be named and nothing can expand.
package struct XMLReader {
    /// Deeper than any answer of AWS.
    private static let maximumDepth = 64

    private var scanner: XMLScanner
    private var open: [XMLElement] = []

    /// The root element of a whole document.
    package static func read(_ document: [UInt8]) throws(XMLError) -> XMLElement {
        var reader = XMLReader(scanner: XMLScanner(document))
        return try reader.document()
    }

    private mutating func document() throws(XMLError) -> XMLElement {
        try scanner.beginDocument()
        var root: XMLElement?
        while !scanner.isAtEnd {
            guard let closed = try node() else { continue }
            guard root == nil else { throw scanner.error("a second root element") }
            root = closed
        }
        guard open.isEmpty else {
            throw scanner.error("<\(open[open.count - 1].name)> is not closed")
        }
        guard let root else { throw scanner.error("there is no root element") }
        return root
    }

    /// Reads one piece of markup or text; answers the element if that closed the outermost one.
    private mutating func node() throws(XMLError) -> XMLElement? {
        if scanner.skip("<!--") {
            try skipComment()
        } else if scanner.skip("<![CDATA[") {
            try append(text: scanner.text(upTo: "]]>"))
        } else if scanner.skip("<!") {
            throw scanner.error("document type declarations are not allowed")
        } else if scanner.skip("<?") {
            _ = try scanner.text(upTo: "?>")
        } else if scanner.skip("</") {
            return try closeElement()
        } else if scanner.skip("<") {
            return try openElement()
        } else {
            try append(text: scanner.characters(until: UInt8(ascii: "<")))
        }
        return nil
    }

    private mutating func skipComment() throws(XMLError) {
        let comment = try scanner.text(upTo: "-->")
        guard !comment.utf8.elementsContain("--"), !comment.hasSuffix("-") else {
            throw scanner.error("two hyphens in a comment")
        }
    }

    private mutating func openElement() throws(XMLError) -> XMLElement? {
        guard open.count < Self.maximumDepth else {
            throw scanner.error("elements are more than \(Self.maximumDepth) deep")
        }
        let name = try scanner.name()
        var element = XMLElement(name: name.localName)
        while try scanner.skipSpace(), !scanner.isAt(">"), !scanner.isAt("/>") {
            let (attribute, value) = try scanner.attribute()
            guard element.attributes.updateValue(value, forKey: attribute) == nil else {
                throw scanner.error("the attribute \(attribute) is there twice")
            }
        }
        if scanner.skip("/>") { return close(element) }
        guard scanner.skip(">") else { throw scanner.error("expected > after <\(name)") }
        open.append(element)
        return nil
    }

    private mutating func closeElement() throws(XMLError) -> XMLElement? {
        let name = try scanner.name().localName
        _ = try scanner.skipSpace()
        guard scanner.skip(">") else { throw scanner.error("expected > after </\(name)") }
        guard let element = open.popLast() else { throw scanner.error("</\(name)> closes nothing") }
        guard element.name == name else {
            throw scanner.error("</\(name)> where </\(element.name)> belongs")
        }
        return close(element)
    }

    private mutating func close(_ element: XMLElement) -> XMLElement? {
        if open.isEmpty { return element }
        open[open.count - 1].children.append(element)
        return nil
    }

    private mutating func append(text: String) throws(XMLError) {
        guard open.isEmpty else {
            open[open.count - 1].text += text
            return
        }
        guard text.trimmed.isEmpty else {
            throw scanner.error("text outside the root element")
        }
    }
}

extension String {
    /// The part after a namespace prefix.
    fileprivate var localName: String {
        lastIndex(of: ":").map { String(self[index(after: $0)...]) } ?? self
    }
}

extension String.UTF8View {
    fileprivate func elementsContain(_ text: String) -> Bool {
        Array(self).firstRange(of: Array(text.utf8)) != nil
    }
}
