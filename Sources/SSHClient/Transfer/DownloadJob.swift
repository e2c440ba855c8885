internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// One file on its way down: which pieces have been asked for and where they go.
final class DownloadJob {
    /// Where a file goes; it has a temporary name until it is whole.
    struct Place {
        let directory: LocalDirectory
        let name: [UInt8]
        let mode: UInt32
        let temporary = TransferPlan.temporaryName()
    }

    enum Destination {
        case file(Place)
        case stream(OrderedOutput)
    }

    let source: RemotePath
    let destination: Destination
    /// As the server gave it; a file may be longer or shorter by now.
    private let expectedSize: UInt64
    /// As the other side has it open; the first lane that was asked stands first.
    var files: [OpenFile]
    let home: OpenFile
    /// Made when the first content comes, so that few are open at once.
    private var file: LocalFile?
    var failure: SSHError?
    var isOver = false
    private(set) var receivedBytes: UInt64 = 0
    private(set) var openRequests = 0
    private var nextOffset: UInt64 = 0
    /// What came short and must be asked again.
    private var gaps: [(offset: UInt64, count: UInt32)] = []
    /// Where the server said that the file ends.
    private var end: UInt64?
    private var highestWritten: UInt64 = 0
    private var isProbing = false

    init(
        _ source: RemotePath,
        size: UInt64,
        destination: Destination,
        in lane: TransferLane
    ) {
        self.source = source
        self.destination = destination
        expectedSize = size
        home = OpenFile(on: lane)
        files = [home]
    }

    /// A stream takes its content in order, and keeps what comes early.
    var canSpread: Bool {
        if case .stream = destination { return false }
        return home.handle != nil && !isOver && failure == nil
    }

    var unaskedBytes: UInt64 { end == nil ? expectedSize - min(nextOffset, expectedSize) : 0 }

    func isOpen(in lane: TransferLane) -> Bool {
        files.contains { $0.lane === lane }
    }

    var canAsk: Bool {
        guard home.handle != nil, !isOver, failure == nil else { return false }
        if case .stream(let output) = destination, !output.hasRoom { return false }
        return !gaps.isEmpty || (end == nil && !isProbing)
    }

    /// Everything has arrived, or failed, and nothing is on its way.
    var isComplete: Bool {
        guard home.handle != nil, openRequests == 0, !isOver else { return false }
        return failure != nil || (end != nil && gaps.isEmpty)
    }

    /// The next piece to ask for.
    ///
    /// Behind the expected end one more is asked, which shows the real end.
    func nextRequest(size: UInt32) -> (offset: UInt64, count: UInt32)? {
        guard canAsk else { return nil }
        openRequests += 1
        if let gap = gaps.popLast() { return gap }
        if nextOffset < expectedSize {
            let count = UInt32(min(UInt64(size), expectedSize - nextOffset))
            defer { nextOffset += UInt64(count) }
            return (nextOffset, count)
        }
        isProbing = true
        return (nextOffset, size)
    }

    /// Takes the answer to one request.
    func accept(_ response: SFTPResponse, offset: UInt64, count: UInt32) throws(SSHError) {
        openRequests -= 1
        switch response {
        case .status(.endOfFile):
            setEnd(min(end ?? offset, offset))
        case .status(let status):
            fail(SSHError.remote(status, "read \(source) on the machine"))
        case .data(let bytes):
            guard !bytes.isEmpty, bytes.count <= Int(count) else {
                throw SSHError.violation("it sends \(bytes.count) bytes where \(count) were asked")
            }
            store(bytes, at: offset)
            let rest = count - UInt32(bytes.count)
            let next = offset + UInt64(bytes.count)
            if isProbing, offset >= nextOffset {
                isProbing = false
                nextOffset = next
            } else if rest > 0, end.map({ next < $0 }) ?? true {
                gaps.append((next, rest))
            }
        default:
            throw SSHError.violation("it answers a read with something else than content")
        }
    }

    /// The file may have become shorter since it was asked for: nothing behind its end is wanted.
    private func setEnd(_ offset: UInt64) {
        end = offset
        gaps.removeAll { $0.offset >= offset }
        if case .stream(let output) = destination { output.end(at: offset) }
    }

    private func store(_ bytes: ArraySlice<UInt8>, at offset: UInt64) {
        guard failure == nil, offset < end ?? .max else { return }
        receivedBytes += UInt64(bytes.count)
        highestWritten = max(highestWritten, offset + UInt64(bytes.count))
        switch destination {
        case .stream(let output):
            output.accept(bytes, at: offset)
        case .file(let place):
            do throws(Errno) {
                try open(place).write(bytes, at: offset)
            } catch {
                fail(SSHError.local(error, "write \(PrintableName.of(place.name))"))
            }
        }
    }

    private func open(_ place: Place) throws(Errno) -> LocalFile {
        if let file { return file }
        let made = try place.directory.makeFile(place.temporary, mode: place.mode)
        file = made
        return made
    }

    func fail(_ error: SSHError) {
        if failure == nil { failure = error }
        gaps.removeAll()
    }

    /// Gives the whole file its name.
    func settle() {
        isOver = true
        guard case .file(let place) = destination else { return }
        do throws(Errno) {
            guard failure == nil else { return discard(place) }
            let file = try open(place)
            if let end, highestWritten > end { try file.truncate(to: end) }
            try place.directory.rename(place.temporary, to: place.name)
            self.file = nil
        } catch {
            discard(place)
            failure = SSHError.local(error, "put \(PrintableName.of(place.name)) in its place")
        }
    }

    /// Leaves nothing incomplete behind.
    func discard() {
        if !isOver, case .file(let place) = destination { discard(place) }
    }

    private func discard(_ place: Place) {
        if file != nil { place.directory.remove(place.temporary) }
        file = nil
    }
}

/// Puts pieces that may come in any order into a stream.
final class OrderedOutput {
    private var pipe: OutputPipe
    private let descriptor: FileDescriptor
    private var nextOffset: UInt64 = 0
    private var early: [UInt64: [UInt8]] = [:]

    init(_ descriptor: FileDescriptor) {
        self.descriptor = descriptor
        pipe = OutputPipe(to: .descriptor(descriptor))
    }

    var hasRoom: Bool { pipe.hasRoom }
    var isEmpty: Bool { pipe.isEmpty && early.isEmpty }

    func accept(_ bytes: ArraySlice<UInt8>, at offset: UInt64) {
        guard offset == nextOffset else {
            early[offset] = Array(bytes)
            return
        }
        pipe.accept(bytes)
        nextOffset += UInt64(bytes.count)
        while let bytes = early.removeValue(forKey: nextOffset) {
            pipe.accept(bytes[...])
            nextOffset += UInt64(bytes.count)
        }
    }

    /// Drops what lies at or behind the end of the file, and so would wait for ever.
    func end(at offset: UInt64) {
        early = early.filter { $0.key < offset }
    }

    func addInterests(to set: inout PollSet) {
        pipe.addInterests(to: &set)
    }

    func advance(ready: PollSet) throws(SSHError) -> Bool {
        try pipe.advance(ready: ready)
    }
}
