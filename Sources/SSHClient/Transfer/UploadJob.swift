internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// One file on its way up.
final class UploadJob {
    enum Source {
        /// The item's path; it is opened when its content is wanted, so that few are open at once.
        case file
        case stream(InputStreamReader)
    }

    enum Reading {
        case content(ArraySlice<UInt8>, offset: UInt64)
        case nothingYet
        case end
    }

    let item: LocalTree.Item
    let target: RemotePath
    let temporary: RemotePath
    private let source: Source
    private var file: LocalFile?
    private var offset: UInt64 = 0
    /// As the other side has it open; where it was made stands first.
    var files: [OpenFile]
    let home: OpenFile
    var confirmedBytes: UInt64 = 0
    var failure: SSHError?
    var isClosing = false
    var isSettling = false
    var isOver = false

    init(_ item: LocalTree.Item, target: RemotePath, source: Source, in lane: TransferLane) {
        self.item = item
        self.target = target
        self.source = source
        temporary = target.parent.appending(TransferPlan.temporaryName())
        home = OpenFile(on: lane)
        files = [home]
    }

    var canSend: Bool { home.handle != nil && !isClosing && !isOver }

    /// What there is still to send, as far as that is known.
    var unreadBytes: UInt64 {
        guard case .file(let size) = item.content, size > offset else { return 0 }
        return size - offset
    }

    func isOpen(in lane: TransferLane) -> Bool {
        files.contains { $0.lane === lane }
    }

    func addInterests(to set: inout PollSet) {
        if case .stream(let reader) = source, canSend { reader.addInterests(to: &set) }
    }

    /// The next piece of content.
    func read(_ size: Int, ready: PollSet) throws(SSHError) -> Reading {
        do throws(Errno) {
            switch source {
            case .stream(let reader):
                guard let bytes = try reader.read(size, ready: ready) else { return .nothingYet }
                return piece(bytes)
            case .file:
                let file = try open()
                var buffer = [UInt8](repeating: 0, count: size)
                let count = try file.read(at: offset, into: &buffer, count: size)
                if count == 0 { self.file = nil }
                return piece(buffer[..<count])
            }
        } catch {
            throw SSHError.local(error, "read \(LocalPath.shown(item.path))")
        }
    }

    private func open() throws(Errno) -> LocalFile {
        if let file { return file }
        let opened = LocalFile(owning: try LocalPath.open(item.path, following: item.isNamed))
        file = opened
        return opened
    }

    private func piece(_ bytes: ArraySlice<UInt8>) -> Reading {
        if bytes.isEmpty { return .end }
        defer { offset += UInt64(bytes.count) }
        return .content(bytes, offset: offset)
    }
}

/// Reads a descriptor that may have nothing just now.
final class InputStreamReader {
    private let descriptor: FileDescriptor

    init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
    }

    func addInterests(to set: inout PollSet) {
        set.watch(descriptor.rawValue, for: .input)
    }

    /// Nil where there is nothing yet, nothing at the end.
    func read(_ size: Int, ready: PollSet) throws(Errno) -> ArraySlice<UInt8>? {
        guard ready.isReady(descriptor.rawValue, for: .input) else { return nil }
        var buffer = [UInt8](repeating: 0, count: size)
        switch try LocalDescriptor.read(descriptor.rawValue, into: &buffer) {
        case .blocked: return nil
        case .ended: return []
        case .moved(let count): return buffer[..<count]
        }
    }
}
