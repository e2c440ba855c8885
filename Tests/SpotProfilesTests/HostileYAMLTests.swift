import Glibc
import SpotProfiles
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// Each of these must be refused at once: neither memory nor stack may depend on what a file says.
struct HostileYAMLTests {
    private let scratch: ScratchDirectory

    init() throws { scratch = try ScratchDirectory() }

    private func problem(_ text: [UInt8]) throws -> String? {
        try scratch.write(text, to: "web.yaml")
        let catalog = ProfileCatalog(userDirectory: scratch.path)
        let error = #expect(throws: ConfigurationError.self) { try catalog.profile(named: "web") }
        return error.map { String($0.message.dropFirst("cannot read \(scratch.path)/".count)) }
    }

    private func problem(_ text: String) throws -> String? { try problem(Array(text.utf8)) }

    private let bomb: String = {
        let levels = (1...9).map { level in
            "a\(level): &a\(level) ["
                + Array(repeating: "*a\(level - 1)", count: 9)
                .joined(separator: ",") + "]"
        }
        return (["a0: &a0 [x]"] + levels).joined(separator: "\n")
    }()

    @Test func `a billion laughs`() throws {
        #expect(try problem(bomb) == "web.yaml: it has too many aliases")
    }

    @Test func `a single anchor`() throws {
        #expect(
            try problem("tags: &t {a: b}\nfirewall: *t")
                == "web.yaml:1: anchors (&) and aliases (*) are not supported"
        )
    }

    @Test func `an anchor on a key`() throws {
        #expect(try problem("&k region: x") == "web.yaml:1: a field's name must be a plain word")
    }

    @Test(arguments: ["[", "{a: ", "[\n", "{a: [\n"], [33, 900, 10_000])
    func `deep brackets`(opening: String, depth: Int) throws {
        let text = "tags: " + String(repeating: opening, count: depth)
        #expect(try problem(text)?.hasPrefix("web.yaml:") == true)
    }

    @Test(arguments: ["- ", "? ", "- ? "], [33, 900, 10_000])
    func `deep dashes on one line`(mark: String, depth: Int) throws {
        let text = String(repeating: mark, count: depth) + "x"
        #expect(try problem(text)?.hasPrefix("web.yaml:1: ") == true)
    }

    @Test(arguments: [33, 490])
    func `sound but deeper than any profile`(depth: Int) throws {
        let text = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        #expect(try problem("tags: \(text)") == "web.yaml:1: it is nested too deeply")
    }

    @Test func `deep indentation`() throws {
        let lines = (0..<300).map { String(repeating: " ", count: $0) + "a:" }
        #expect(
            try problem(lines.joined(separator: "\n"))?.hasSuffix("it is nested too deeply") == true
        )
    }

    @Test func `a huge file`() throws {
        let text = Array(repeating: UInt8(ascii: "#"), count: 1 << 20)
        #expect(try problem(text) == "web.yaml: it is larger than 64 KiB")
    }

    @Test func `a device that never ends`() throws {
        let catalog = ProfileCatalog(userDirectory: scratch.path)
        try #require(unsafe symlink("/dev/zero", scratch("web.yaml").string) == 0)
        #expect(throws: ConfigurationError.self) { try catalog.profile(named: "web") }
    }

    @Test func `bytes that are no text`() throws {
        #expect(try problem([0x72, 0xff, 0xfe, 0x3a]) == "web.yaml: it is not UTF-8 text")
    }

    @Test func `a null byte`() throws {
        #expect(try problem("region: a\u{0}b")?.hasPrefix("web.yaml") == true)
    }

    @Test func `a value of any length is quoted shortly`() throws {
        let message = try #require(try problem("market: " + String(repeating: "x", count: 50_000)))
        #expect(message.count < 250)
    }

    @Test func `merge keys and tags do nothing`() throws {
        #expect(
            try problem("<<: {region: eu-west-1}") == "web.yaml:1: << is no field that spot knows"
        )
    }
}
