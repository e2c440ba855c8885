internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// What there is to send, looked at before anything is sent.
struct LocalTree: Sendable {
    enum Content: Sendable, Hashable {
        case file(size: UInt64)
        case directory(children: Range<Int>)
        case link(target: [UInt8])
        case stream(FileDescriptor)
    }

    struct Item: Sendable {
        let path: FilePath
        /// The last component.
        let name: [UInt8]
        /// Permissions; the set-id bits stay here.
        let mode: UInt32
        var content: Content
        /// Whether the caller named it, so that a link on the way to it is followed.
        let isNamed: Bool
    }

    /// What the caller named comes first, in its order; a directory's children stand together.
    private(set) var items: [Item] = []
    private(set) var namedCount = 0
    /// How many things the caller named, also those that cannot be sent.
    let sourceCount: Int
    private(set) var problems: [PartialFailure.Item] = []

    private static let permissionBits: UInt32 = 0o777

    /// Looks at everything beneath the sources.
    ///
    /// What cannot be sent is a problem, not an error.
    init(_ sources: [UploadSource]) {
        sourceCount = sources.count
        for source in sources {
            switch source {
            case .stream(let descriptor):
                items.append(
                    Item(
                        path: "-",
                        name: [],
                        mode: 0o666,
                        content: .stream(descriptor),
                        isNamed: true
                    )
                )
            case .path(let path):
                add(path, name: LocalPath.bytes(path), isNamed: true)
            }
        }
        namedCount = items.count
        var next = 0
        while next < items.count {
            if case .directory = items[next].content { list(next) }
            next += 1
        }
    }

    var fileCount: Int {
        items.count {
            switch $0.content {
            case .file, .stream: true
            case .directory, .link: false
            }
        }
    }

    var byteCount: UInt64 {
        items.reduce(0) {
            if case .file(let size) = $1.content { $0 + size } else { $0 }
        }
    }

    private mutating func list(_ index: Int) {
        let directory = items[index].path
        let first = items.count
        do throws(Errno) {
            for name in try LocalPath.names(in: directory) {
                add(LocalPath.child(name, of: directory), name: name, isNamed: false)
            }
        } catch {
            note(
                directory,
                SSHError.local(error, "read the directory \(LocalPath.shown(directory))")
            )
        }
        items[index].content = .directory(children: first..<items.count)
    }

    private mutating func add(_ path: FilePath, name: [UInt8], isNamed: Bool) {
        let shown = LocalPath.shown(path)
        do throws(Errno) {
            let status = try LocalPath.status(path, following: isNamed)
            let content: Content
            switch FileKind(mode: status.mode) {
            case .file: content = .file(size: status.size)
            case .directory: content = .directory(children: 0..<0)
            case .link: content = .link(target: try LocalPath.linkTarget(path))
            case .special:
                note(path, SSHError(.skipped, "left out \(shown): it is not a file or directory"))
                return
            }
            items.append(
                Item(
                    path: path,
                    name: name,
                    mode: status.mode & Self.permissionBits,
                    content: content,
                    isNamed: isNamed
                )
            )
        } catch {
            note(path, SSHError.local(error, "read \(shown)"))
        }
    }

    private mutating func note(_ path: FilePath, _ failure: SSHError) {
        problems.append(PartialFailure.Item(subject: LocalPath.shown(path), failure: failure))
    }
}
