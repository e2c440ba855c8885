import CZlib

/// The gzip format of RFC 1952, which cloud-init recognises in user data.
enum Gzip {
    /// 15 bits of window, plus 16 to ask `deflateInit2` for a gzip header instead of zlib's own.
    private static let gzipWindowBits: Int32 = 15 + 16
    private static let defaultMemoryLevel: Int32 = 8

    /// Compresses everything in one piece (`deflate(3)` at its best level); the same input always
    /// gives the same output, as the header carries no time.
    static func compress(_ input: [UInt8]) -> [UInt8] {
        var stream = unsafe z_stream()
        let initialised = unsafe deflateInit2_(
            &stream,
            Z_BEST_COMPRESSION,
            Z_DEFLATED,
            gzipWindowBits,
            defaultMemoryLevel,
            Z_DEFAULT_STRATEGY,
            ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size)
        )
        precondition(initialised == Z_OK, "zlib's constants are known to be right")
        defer { unsafe _ = deflateEnd(&stream) }
        var source = input
        var output = [UInt8](
            repeating: 0,
            count: Int(unsafe deflateBound(&stream, uLong(input.count)))
        )
        let written = unsafe source.withUnsafeMutableBufferPointer { source in
            unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe stream.next_in = source.baseAddress
                unsafe stream.avail_in = UInt32(source.count)
                unsafe stream.next_out = output.baseAddress
                unsafe stream.avail_out = UInt32(output.count)
                let status = unsafe deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "the output holds deflateBound bytes")
                return output.count - Int(unsafe stream.avail_out)
            }
        }
        return Array(output[..<written])
    }
}
