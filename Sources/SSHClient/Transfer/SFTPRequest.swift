internal import SSHKeys

/// What a file server can be asked (draft-ietf-secsh-filexfer-02 §6), with OpenSSH's extensions.
///
/// Names and handles are bytes.
enum SFTPRequest: Hashable, Sendable {
    /// How a file is opened (§6.3).
    struct OpenFlags: OptionSet, Hashable, Sendable {
        let rawValue: UInt32

        static let read = OpenFlags(rawValue: 0x01)
        static let write = OpenFlags(rawValue: 0x02)
        static let create = OpenFlags(rawValue: 0x08)
        static let truncate = OpenFlags(rawValue: 0x10)
        static let exclusive = OpenFlags(rawValue: 0x20)
    }

    case open([UInt8], OpenFlags, SFTPAttributes)
    case close([UInt8])
    case read([UInt8], offset: UInt64, count: UInt32)
    case setAttributes([UInt8], SFTPAttributes)
    case openDirectory([UInt8])
    case readDirectory([UInt8])
    case remove([UInt8])
    case makeDirectory([UInt8], SFTPAttributes)
    case status([UInt8])
    case linkStatus([UInt8])
    case rename([UInt8], [UInt8])
    case readLink([UInt8])
    /// Makes `at` point to `to`. OpenSSH takes the two in this order, not in the draft's.
    case makeLink(to: [UInt8], at: [UInt8])
    /// Renames over an existing file in one step (`posix-rename@openssh.com`).
    case replace([UInt8], [UInt8])
    /// Asks for sizes (`limits@openssh.com`).
    case limits

    private static let extended: UInt8 = 200

    /// The packet's number (§3).
    private var type: UInt8 {
        switch self {
        case .open: 3
        case .close: 4
        case .read: 5
        case .linkStatus: 7
        case .setAttributes: 9
        case .openDirectory: 11
        case .readDirectory: 12
        case .remove: 13
        case .makeDirectory: 14
        case .status: 17
        case .rename: 18
        case .readLink: 19
        case .makeLink: 20
        case .replace, .limits: Self.extended
        }
    }

    /// The whole packet with its length.
    func packet(id: UInt32) -> [UInt8] {
        var body = WireWriter()
        body.append(byte: type)
        body.append(uint32: id)
        writeArguments(to: &body)
        var packet = WireWriter(reserving: body.bytes.count + 4)
        packet.append(string: body.bytes)
        return packet.bytes
    }

    private func writeArguments(to body: inout WireWriter) {
        switch self {
        case .open(let path, let flags, let attributes):
            body.append(string: path)
            body.append(uint32: flags.rawValue)
            attributes.write(to: &body)
        case .read(let handle, let offset, let count):
            body.append(string: handle)
            body.append(uint64: offset)
            body.append(uint32: count)
        case .setAttributes(let path, let attributes), .makeDirectory(let path, let attributes):
            body.append(string: path)
            attributes.write(to: &body)
        case .close(let subject), .openDirectory(let subject), .readDirectory(let subject),
            .remove(let subject), .status(let subject), .linkStatus(let subject),
            .readLink(let subject):
            body.append(string: subject)
        case .rename(let old, let new), .makeLink(to: let old, at: let new):
            body.append(string: old)
            body.append(string: new)
        case .replace(let old, let new):
            body.append(text: "posix-rename@openssh.com")
            body.append(string: old)
            body.append(string: new)
        case .limits:
            body.append(text: "limits@openssh.com")
        }
    }

    /// The first packet of all: version 3.
    static let greeting: [UInt8] = [0, 0, 0, 5, 1, 0, 0, 0, 3]

    /// What stands before the content of a write of `count` bytes (§6.4).
    static func writeHead(id: UInt32, handle: [UInt8], offset: UInt64, count: Int) -> [UInt8] {
        var head = WireWriter(reserving: 32 + handle.count)
        head.append(uint32: UInt32(21 + handle.count + count))
        head.append(byte: 6)
        head.append(uint32: id)
        head.append(string: handle)
        head.append(uint64: offset)
        head.append(uint32: UInt32(count))
        return head.bytes
    }
}
