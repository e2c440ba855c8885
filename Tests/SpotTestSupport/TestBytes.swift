/// Content in which every shift and every swap shows.
package enum TestBytes {
    /// Bytes of a fixed pseudo-random sequence (SplitMix64).
    package static func sequence(count: Int, seed: UInt64 = 1) -> [UInt8] {
        var state = seed
        var words: [UInt64] = []
        words.reserveCapacity(count / 8 + 1)
        for _ in 0...(count / 8) {
            state &+= 0x9E37_79B9_7F4A_7C15
            var word = state
            word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
            word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
            words.append(word ^ (word >> 31))
        }
        return unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            unsafe words.withUnsafeBytes { source in
                unsafe UnsafeMutableRawBufferPointer(buffer)
                    .copyMemory(from: UnsafeRawBufferPointer(rebasing: source[..<count]))
            }
            filled = count
        }
    }
}
