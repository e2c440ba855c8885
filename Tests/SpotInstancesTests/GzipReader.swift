import CZlib

/// Reads gzip as cloud-init would, with zlib's own inflate.
enum GzipReader {
    struct Unreadable: Error {
        let status: Int32
    }

    static func decompress(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = unsafe z_stream()
        let opened = unsafe inflateInit2_(
            &stream,
            15 + 16,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        guard opened == Z_OK else { throw Unreadable(status: opened) }
        defer { unsafe _ = inflateEnd(&stream) }
        var source = bytes
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let (status, count) = unsafe source.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(output.count)
                let status = unsafe inflate(&stream, Z_FINISH)
                return (status, output.count - Int(unsafe stream.avail_out))
            }
        }
        guard status == Z_STREAM_END else { throw Unreadable(status: status) }
        return Array(output[..<count])
    }
}
