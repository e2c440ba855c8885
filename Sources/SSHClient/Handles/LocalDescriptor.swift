internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// System calls on descriptors of this side that a poll found ready.
enum LocalDescriptor {
    /// What one call moved.
    enum Outcome {
        case moved(Int)
        /// Nothing just now.
        case blocked
        /// The end of the file; never for a write.
        case ended
    }

    /// As much as a writable pipe takes without blocking: Linux reports a pipe as writable when a
    /// page is free.
    private static let pipePage = 4096

    /// Reads once into the buffer.
    static func read(_ descriptor: CInt, into buffer: inout [UInt8]) throws(Errno) -> Outcome {
        let count = unsafe buffer.withUnsafeMutableBytes {
            unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        if count > 0 { return .moved(count) }
        if count == 0 { return .ended }
        switch Errno.current {
        case .interrupted, .resourceTemporarilyUnavailable: return .blocked
        case let errno: throw errno
        }
    }

    /// Writes once, no more than cannot block.
    static func write(_ bytes: ArraySlice<UInt8>, to descriptor: CInt, isFile: Bool)
        throws(Errno) -> Outcome
    {
        let portion = isFile ? bytes : bytes.prefix(pipePage)
        let count = unsafe portion.withUnsafeBytes {
            unsafe Glibc.write(descriptor, $0.baseAddress, $0.count)
        }
        if count >= 0 { return .moved(count) }
        switch Errno.current {
        case .interrupted, .resourceTemporarilyUnavailable: return .blocked
        case let errno: throw errno
        }
    }

    static func isRegularFile(_ descriptor: CInt) -> Bool {
        var status = Glibc.stat()
        return unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// Reads everything away that is there now.
    static func drain(_ descriptor: CInt) {
        var buffer = [UInt8](repeating: 0, count: 512)
        var set = PollSet()
        repeat {
            guard case .moved? = try? read(descriptor, into: &buffer) else { return }
            set.removeAll()
            set.watch(descriptor, for: .input)
            set.wait(upTo: .zero)
        } while set.isReady(descriptor, for: .input)
    }
}
