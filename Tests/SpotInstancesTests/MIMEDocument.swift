import Foundation

/// A multipart document, read as RFC 2046 says.
struct MIMEDocument {
    struct Part: Equatable {
        var headers: [String: String]
        /// Decoded.
        var body: [UInt8]

        var type: String { headers["content-type"] ?? "" }
        var text: String { String(decoding: body, as: UTF8.self) }
    }

    struct Malformed: Error {
        let why: String
    }

    let headers: [String: String]
    let parts: [Part]

    init(_ bytes: [UInt8]) throws {
        let text = String(decoding: bytes, as: UTF8.self)
        let (headers, body) = try Self.split(text)
        self.headers = headers
        guard let type = headers["content-type"], type.hasPrefix("multipart/mixed"),
            let boundary = type.components(separatedBy: "boundary=\"").last?.split(separator: "\"")
                .first
        else { throw Malformed(why: "no multipart with a boundary") }
        let pieces = body.components(separatedBy: "--\(boundary)")
        guard let last = pieces.last, last.hasPrefix("--") else { throw Malformed(why: "no end") }
        parts = try pieces.dropFirst().dropLast().map { piece in
            try Self.part(String(piece.drop { $0.isNewline }))
        }
    }

    private static func part(_ text: String) throws -> Part {
        let (headers, body) = try split(text)
        guard headers["content-transfer-encoding"] == "base64" else {
            return Part(headers: headers, body: Array(body.utf8))
        }
        guard body.split(separator: "\n").allSatisfy({ $0.count <= 76 }) else {
            throw Malformed(why: "a base64 line is too long")
        }
        guard let data = Data(base64Encoded: body.filter { !$0.isWhitespace }) else {
            throw Malformed(why: "not base64")
        }
        return Part(headers: headers, body: Array(data))
    }

    private static func split(_ text: String) throws -> ([String: String], String) {
        guard let gap = text.firstRange(of: "\n\n") else { throw Malformed(why: "no headers") }
        var headers: [String: String] = [:]
        for line in text[..<gap.lowerBound].split(separator: "\n") {
            let words = line.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard words.count == 2 else {
                throw Malformed(why: "a header without a colon: \(line)")
            }
            headers[words[0].lowercased()] = words[1]
        }
        return (headers, String(text[gap.upperBound...]))
    }
}
