internal import SSHKeys

/// What a file server tells about a file, or is told (draft-ietf-secsh-filexfer-02 §5).
struct SFTPAttributes: Hashable, Sendable {
    var size: UInt64?
    var owner: (user: UInt32, group: UInt32)?
    /// Type and permissions as in `st_mode`.
    var mode: UInt32?
    var times: (access: UInt32, modification: UInt32)?

    private static let hasSize: UInt32 = 1
    private static let hasOwner: UInt32 = 2
    private static let hasMode: UInt32 = 4
    private static let hasTimes: UInt32 = 8
    private static let hasExtensions: UInt32 = 0x8000_0000

    init(size: UInt64? = nil, mode: UInt32? = nil) {
        self.size = size
        self.mode = mode
    }

    /// Nil when the bytes end too early.
    init?(from reader: inout WireReader) {
        guard let flags = reader.uint32() else { return nil }
        if flags & Self.hasSize != 0 {
            guard let value = reader.uint64() else { return nil }
            size = value
        }
        if flags & Self.hasOwner != 0 {
            guard let user = reader.uint32(), let group = reader.uint32() else { return nil }
            owner = (user, group)
        }
        if flags & Self.hasMode != 0 {
            guard let value = reader.uint32() else { return nil }
            mode = value
        }
        if flags & Self.hasTimes != 0 {
            guard let access = reader.uint32(), let modification = reader.uint32() else {
                return nil
            }
            times = (access, modification)
        }
        guard flags & Self.hasExtensions != 0 else { return }
        guard let count = reader.uint32() else { return nil }
        for _ in 0..<count {
            guard reader.string() != nil, reader.string() != nil else { return nil }
        }
    }

    func write(to writer: inout WireWriter) {
        var flags: UInt32 = 0
        if size != nil { flags |= Self.hasSize }
        if owner != nil { flags |= Self.hasOwner }
        if mode != nil { flags |= Self.hasMode }
        if times != nil { flags |= Self.hasTimes }
        writer.append(uint32: flags)
        if let size { writer.append(uint64: size) }
        if let owner {
            writer.append(uint32: owner.user)
            writer.append(uint32: owner.group)
        }
        if let mode { writer.append(uint32: mode) }
        if let times {
            writer.append(uint32: times.access)
            writer.append(uint32: times.modification)
        }
    }

    /// What kind of file it is; nil where the server does not say.
    var kind: FileKind? { mode.map(FileKind.init(mode:)) }

    static func == (left: SFTPAttributes, right: SFTPAttributes) -> Bool {
        left.size == right.size && left.mode == right.mode
            && left.owner?.user == right.owner?.user && left.owner?.group == right.owner?.group
            && left.times?.access == right.times?.access
            && left.times?.modification == right.times?.modification
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(size)
        hasher.combine(mode)
    }
}

/// The types of files that a transfer tells apart.
enum FileKind: Hashable, Sendable {
    case file
    case directory
    case link
    /// A socket, a pipe or a device.
    case special

    /// From the type bits of `st_mode`, which are the same on both sides (`inode(7)`).
    init(mode: UInt32) {
        switch mode & 0o170000 {
        case 0o100000: self = .file
        case 0o040000: self = .directory
        case 0o120000: self = .link
        default: self = .special
        }
    }
}
