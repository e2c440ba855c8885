internal import SpotSupport
internal import SystemPackage

/// Carries what a remote command reads to its channel, holding a bounded amount in between.
struct InputPipe {
    /// Above this nothing more is read from the source.
    private static let highWater = 256 << 10
    private static let readSize = 64 << 10

    private let source: InputSource
    private var buffer: [UInt8]
    private var waiting = OutgoingBytes()
    private(set) var hasEnded = false

    init(from source: InputSource) {
        self.source = source
        switch source {
        case .none:
            hasEnded = true
            buffer = []
        case .bytes(let bytes):
            waiting.append(bytes)
            hasEnded = true
            buffer = []
        case .descriptor:
            buffer = [UInt8](repeating: 0, count: Self.readSize)
        }
    }

    var isEmpty: Bool { waiting.isEmpty }

    func addInterests(to set: inout PollSet) {
        guard case .descriptor(let descriptor) = source, wantsMore else { return }
        set.watch(descriptor.rawValue, for: .input)
    }

    private var wantsMore: Bool { !hasEnded && waiting.count < Self.highWater }

    /// Reads once from a ready source, each piece through `filter`; true if anything moved.
    mutating func fill(
        ready: PollSet,
        through filter: (ArraySlice<UInt8>) -> [UInt8]?
    ) throws(SSHError) -> Bool {
        guard case .descriptor(let descriptor) = source, wantsMore,
            ready.isReady(descriptor.rawValue, for: .input)
        else { return false }
        do throws(Errno) {
            switch try LocalDescriptor.read(descriptor.rawValue, into: &buffer) {
            case .blocked: return false
            case .ended: hasEnded = true
            case .moved(let count):
                if let filtered = filter(buffer[..<count]) {
                    waiting.append(filtered)
                } else {
                    waiting.append(buffer[..<count])
                }
            }
            return true
        } catch .badFileDescriptor {
            hasEnded = true
            return true
        } catch .ioError {
            // What a terminal answers once its other end is gone.
            hasEnded = true
            return true
        } catch {
            throw SSHError.local(error, "read the standard input")
        }
    }

    /// Adds what was not read from the source.
    mutating func append(_ bytes: [UInt8]) {
        waiting.append(bytes)
    }

    /// Writes what the channel takes; true if anything moved.
    mutating func empty(into channel: Channel) throws(SSHError) -> Bool {
        var moved = false
        while !waiting.isEmpty {
            let count = try channel.write(waiting.waiting)
            if count == 0 { break }
            waiting.drop(count)
            moved = true
        }
        return moved
    }

    /// Nobody reads it any more.
    mutating func close() {
        hasEnded = true
        waiting.removeAll()
    }
}
