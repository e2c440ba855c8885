internal import Glibc
internal import SpotSupport
internal import SystemPackage

/// Owns an open file on this side.
final class LocalFile {
    let descriptor: CInt

    init(owning descriptor: CInt) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Reads at an offset until the buffer is full or the file ends.
    func read(at offset: UInt64, into buffer: inout [UInt8], count: Int) throws(Errno) -> Int {
        var filled = 0
        while filled < count {
            let got = unsafe buffer.withUnsafeMutableBytes {
                unsafe pread(
                    descriptor,
                    $0.baseAddress.map { unsafe $0 + filled },
                    count - filled,
                    off_t(offset) + off_t(filled)
                )
            }
            if got == 0 { break }
            if got < 0 {
                if Errno.current == .interrupted { continue }
                throw Errno.current
            }
            filled += got
        }
        return filled
    }

    /// Writes everything at an offset.
    func write(_ bytes: ArraySlice<UInt8>, at offset: UInt64) throws(Errno) {
        guard offset <= UInt64(off_t.max) - UInt64(bytes.count) else { throw .fileTooLarge }
        var rest = bytes
        var position = off_t(offset)
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes {
                unsafe pwrite(descriptor, $0.baseAddress, $0.count, position)
            }
            if count < 0 {
                if Errno.current == .interrupted { continue }
                throw Errno.current
            }
            rest = rest.dropFirst(count)
            position += off_t(count)
        }
    }

    func truncate(to size: UInt64) throws(Errno) {
        guard ftruncate(descriptor, off_t(size)) == 0 else { throw Errno.current }
    }
}
