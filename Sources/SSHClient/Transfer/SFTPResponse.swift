internal import SSHKeys

/// What a file server answers (draft-ietf-secsh-filexfer-02 §7).
enum SFTPResponse: Equatable, Sendable {
    /// One entry of a listing.
    struct Name: Equatable, Sendable {
        let bytes: [UInt8]
        let attributes: SFTPAttributes
    }

    case status(SFTPStatus)
    case handle([UInt8])
    case data(ArraySlice<UInt8>)
    case names([Name])
    case attributes(SFTPAttributes)
    case extended(ArraySlice<UInt8>)

    /// The longest handle a server may give (§4).
    private static let longestHandle = 256

    /// Takes a packet apart, without its length: the number of the request it answers, and the
    /// answer.
    ///
    /// Nil for what is no such packet.
    static func parse(_ packet: ArraySlice<UInt8>) -> (id: UInt32, response: SFTPResponse)? {
        var reader = WireReader(packet)
        guard let type = reader.byte(), let id = reader.uint32() else { return nil }
        return body(type, &reader).map { (id, $0) }
    }

    private static func body(_ type: UInt8, _ reader: inout WireReader) -> SFTPResponse? {
        switch type {
        case 101:
            return reader.uint32().map { .status(SFTPStatus(rawValue: $0)) }
        case 102:
            guard let handle = reader.string(), handle.count <= longestHandle else { return nil }
            return .handle(Array(handle))
        case 103:
            return reader.string().map { .data($0) }
        case 104:
            return names(&reader).map { .names($0) }
        case 105:
            return SFTPAttributes(from: &reader).map { .attributes($0) }
        case 201:
            return .extended(reader.remaining)
        default:
            return nil
        }
    }

    private static func names(_ reader: inout WireReader) -> [Name]? {
        guard let count = reader.uint32() else { return nil }
        var names: [Name] = []
        for _ in 0..<count {
            guard let name = reader.string(), reader.string() != nil,
                let attributes = SFTPAttributes(from: &reader)
            else { return nil }
            names.append(Name(bytes: Array(name), attributes: attributes))
        }
        return names
    }
}
