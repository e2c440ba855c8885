import AWSRuntime
import SpotTestSupport
import SystemPackage
import Testing

/// Files that nobody would write, read by botocore and by us.
@Suite(
    .enabled("botocore is not installed: run scripts/bootstrap") { BotocoreOracle.isInstalled }
)
struct ConfigDialectOracleTests {
    private static let lines = [
        "[default]", "[profile web]", "[profile 'two words']", "[services s]",
        "[sso-session x]", "[other]", "[profile \"odd]", "region = eu", "region=", "  region = x",
        "   deeper = y", "\ts3 =", "s3 =", "  a = b", "    c = d", "\te=f", "# remark",
        "  ; remark", "", "   ", "x: y", "x : y = z", "key = value # no remark", "KEY = V",
        "cr = a\r", "quoted = \"v\"", "a b = c", "tail =   ",
    ]
    private static let mistakes = ["  [profile web]", "[]", "[", "  nonsense", "nonsense", "= v"]

    @Test(arguments: 0..<40)
    func `random files are read alike`(_ seed: UInt64) async throws {
        let oracle = try await BotocoreOracle.shared()
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<10 {
            let count = Int.random(in: 1...9, using: &generator)
            let first = ["[default]", "[profile web]", "region = x"].randomElement(
                using: &generator
            )
            let rest = (0..<count).compactMap { _ in
                let isMistake = Int.random(in: 0..<20, using: &generator) == 0
                return (isMistake ? Self.mistakes : Self.lines).randomElement(using: &generator)
            }
            let text = ([first ?? ""] + rest).joined(separator: "\n")
            let answer = try await oracle.ask(["parse": .text(text)])
            // We merge what stands there twice.
            if answer["failure"].text?.hasPrefix("Duplicate") == true { continue }
            #expect(try profiles(text) == Self.profiles(answer), "\(text.debugDescription)")
        }
    }

    /// The values of both profiles that can be there, nested ones as `key.inner`; nil for a mistake.
    private func profiles(_ text: String) throws -> [String: [String: String]]? {
        let home = try TemporaryHome(config: text)
        guard let settings = try? home.settings() else { return nil }
        var profiles: [String: [String: String]] = [:]
        for name in ["default", "web", "two words"] {
            guard let section = settings.files.profile(name)?.config else { continue }
            var values = section.values
            for (key, inner) in section.nested {
                values[key] = nil
                for (name, value) in inner { values["\(key).\(name)"] = value }
            }
            profiles[name] = values
        }
        return profiles
    }

    private static func profiles(_ answer: JSONValue) -> [String: [String: String]]? {
        guard case .object(let members) = answer["profiles"] else { return nil }
        return members.mapValues { profile in
            guard case .object(let settings) = profile else { return [:] }
            var values: [String: String] = [:]
            for (key, value) in settings {
                if case .object(let inner) = value {
                    for (name, value) in inner {
                        values["\(key).\(name.lowercased())"] = value.text
                    }
                } else {
                    // An empty line in the middle of a value means nothing to anybody.
                    values[key] = value.text?.replacing("\n\n", with: "\n")
                }
            }
            return values
        }
    }
}
