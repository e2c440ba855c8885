import FoundationEssentials

/// JSON as AWS writes it: times are seconds since 1970, blobs are base64, nulls are never sent.
package enum JSONCodec {
    package static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .secondsSince1970
        encoder.dataEncodingStrategy = .base64
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }

    /// An empty body counts as an empty object.
    package static func decode<Value: Decodable>(
        _ type: Value.Type,
        from body: [UInt8]
    ) throws -> Value {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .secondsSince1970
        decoder.dataDecodingStrategy = .base64
        return try decoder.decode(type, from: Data(body.isEmpty ? Array("{}".utf8) : body))
    }
}
