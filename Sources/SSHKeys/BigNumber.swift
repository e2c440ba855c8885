internal import CLibCrypto

/// Owns one OpenSSL integer (`BIGNUM`).
@safe
struct BigNumber: ~Copyable {
    private let pointer: OpaquePointer

    init(_ magnitude: [UInt8]) throws(SSHKeyError) {
        guard let pointer = unsafe BN_bin2bn(magnitude, Int32(magnitude.count), nil) else {
            throw SSHKeyError(.cryptography, "cannot use the private key: out of memory")
        }
        unsafe self.pointer = unsafe pointer
    }

    deinit {
        unsafe BN_clear_free(pointer)
    }

    /// The private exponent modulo each prime less one, which OpenSSL wants and OpenSSH's file form
    /// leaves out (RFC 8017 §3.2).
    static func chineseRemainders(
        _ numbers: RSANumbers
    ) throws(SSHKeyError) -> (first: [UInt8], second: [UInt8]) {
        let exponent = try BigNumber(numbers.privateExponent)
        return (
            try exponent.remainder(modulo: BigNumber(numbers.firstPrime).decremented()),
            try exponent.remainder(modulo: BigNumber(numbers.secondPrime).decremented())
        )
    }

    /// 2^`bits` · `factor` · arctan(1/`inverse`), rounded down (Gregory's series).
    static func arctangent(
        ofOneOver inverse: UInt,
        bits: Int32,
        times factor: UInt
    ) throws(SSHKeyError) -> BigNumber {
        let sum = try BigNumber([])
        let power = try BigNumber([1])
        let term = try BigNumber([])
        _ = unsafe BN_lshift(power.pointer, power.pointer, bits)
        _ = unsafe BN_mul_word(power.pointer, factor)
        _ = unsafe BN_div_word(power.pointer, inverse)
        var divisor: UInt = 1
        while unsafe BN_is_zero(power.pointer) == 0 {
            _ = unsafe BN_copy(term.pointer, power.pointer)
            _ = unsafe BN_div_word(term.pointer, divisor)
            if divisor % 4 == 1 {
                _ = unsafe BN_add(sum.pointer, sum.pointer, term.pointer)
            } else {
                sum.subtract(term)
            }
            _ = unsafe BN_div_word(power.pointer, inverse * inverse)
            divisor += 2
        }
        return sum
    }

    borrowing func subtract(_ other: borrowing BigNumber) {
        _ = unsafe BN_sub(pointer, pointer, other.pointer)
    }

    /// The lowest `bits` bits without the `dropped` lowest of them, as `count` big-endian bytes.
    borrowing func lowBytes(bits: Int32, dropping dropped: Int32, count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        _ = unsafe BN_mask_bits(pointer, bits)
        _ = unsafe BN_rshift(pointer, pointer, dropped)
        _ = unsafe BN_bn2binpad(pointer, &bytes, Int32(count))
        return bytes
    }

    private consuming func decremented() -> BigNumber {
        _ = unsafe BN_sub_word(pointer, 1)
        return self
    }

    private borrowing func remainder(modulo divisor: borrowing BigNumber) throws(SSHKeyError)
        -> [UInt8]
    {
        let result = try BigNumber([])
        let context = unsafe BN_CTX_new()
        defer { unsafe BN_CTX_free(context) }
        guard unsafe BN_div(nil, result.pointer, pointer, divisor.pointer, context) == 1 else {
            ERR_clear_error()
            throw SSHKeyError(.malformed, "cannot use the private key: its numbers make no sense")
        }
        return result.magnitude
    }

    /// Big-endian, without leading zeros.
    private var magnitude: [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (Int(unsafe BN_num_bits(pointer)) + 7) / 8)
        _ = unsafe BN_bn2bin(pointer, &bytes)
        return bytes
    }
}
