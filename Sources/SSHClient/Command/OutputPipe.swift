internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// Carries one of a channel's streams to where it goes, holding a bounded amount in between.
struct OutputPipe {
    /// Above this nothing more is read from the channel.
    private static let highWater = 256 << 10

    private let sink: OutputSink
    private let isFile: Bool
    private var waiting = OutgoingBytes()

    init(to sink: OutputSink) {
        self.sink = sink
        if case .descriptor(let descriptor) = sink {
            isFile = LocalDescriptor.isRegularFile(descriptor.rawValue)
        } else {
            isFile = false
        }
    }

    var isEmpty: Bool { waiting.isEmpty }
    var hasRoom: Bool { waiting.count < Self.highWater }

    func addInterests(to set: inout PollSet) {
        guard case .descriptor(let descriptor) = sink, !isEmpty else { return }
        set.watch(descriptor.rawValue, for: .output)
    }

    mutating func accept(_ bytes: ArraySlice<UInt8>) {
        switch sink {
        case .discard: break
        case .handler(let handler): handler(bytes)
        case .descriptor: waiting.append(bytes)
        }
    }

    /// Writes on what the descriptor takes; true if anything moved.
    mutating func advance(ready: PollSet) throws(SSHError) -> Bool {
        guard case .descriptor(let descriptor) = sink, !isEmpty,
            isFile || ready.isReady(descriptor.rawValue, for: .output)
        else { return false }
        do throws(Errno) {
            guard
                case .moved(let count) = try LocalDescriptor.write(
                    waiting.waiting,
                    to: descriptor.rawValue,
                    isFile: isFile
                )
            else { return false }
            waiting.drop(count)
            return count > 0
        } catch {
            throw SSHError.local(error, "write the remote command's output")
        }
    }
}
