internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// One file on its way up.
final class UploadJob {
    enum Source {
        case file(LocalFile)
        case stream(InputStreamReader)

        static func opening(_ item: LocalTree.Item) throws(SSHError) -> Source {
            do throws(Errno) {
                return .file(
                    LocalFile(owning: try LocalPath.open(item.path, following: item.isNamed))
                )
            } catch {
                throw SSHError.local(error, "read \(LocalPath.shown(item.path))")
            }
        }
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
    private var offset: UInt64 = 0
    /// The server's name for the open file.
    var handle: [UInt8]?
    var unconfirmed = 0
    var confirmedBytes: UInt64 = 0
    var failure: SSHError?
    var isClosing = false
    var isClosed = false
    var isSettling = false
    var isOver = false

    init(_ item: LocalTree.Item, target: RemotePath, source: Source) {
        self.item = item
        self.target = target
        self.source = source
        temporary = target.parent.appending(TransferPlan.temporaryName())
    }

    var canSend: Bool { handle != nil && !isClosing && !isOver }

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
            case .file(let file):
                var buffer = [UInt8](repeating: 0, count: size)
                let count = try file.read(at: offset, into: &buffer, count: size)
                return piece(buffer[..<count])
            }
        } catch {
            throw SSHError.local(error, "read \(LocalPath.shown(item.path))")
        }
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
