/// The grammar of EC2's instance type names: `t3.small`, `u-6tb1.metal`, `c7gd.metal-24xl`.
///
/// Families come and go, so any word passes for one; sizes are a closed set, so that a slip of the
/// finger is found before AWS is asked.
package enum InstanceTypeName {
    package static func matches(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, text.utf8.count <= 40 else { return false }
        return isFamily(parts[0]) && isSize(parts[1])
    }

    private static func isFamily(_ text: Substring) -> Bool {
        guard let first = text.utf8.first, isLetter(first) else { return false }
        return text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    private static let smallSizes: Set<Substring> = ["nano", "micro", "small", "medium", "large"]

    private static func isSize(_ text: Substring) -> Bool {
        if smallSizes.contains(text) || text == "metal" { return true }
        if text.hasPrefix("metal-"), text.hasSuffix("xl") {
            let number = text.dropFirst(6).dropLast(2)
            return !number.isEmpty && number.utf8.allSatisfy(isDigit)
        }
        return text.hasSuffix("xlarge") && text.dropLast(6).utf8.allSatisfy(isDigit)
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
