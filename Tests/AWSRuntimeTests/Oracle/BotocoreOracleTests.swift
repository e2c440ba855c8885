import SpotTestSupport
import SystemPackage
import Testing

/// The same home, environment and services for botocore and for us: both must come to the same
/// credentials, region and addresses, or both to none, or both to a failure.
@Suite(
    .enabled("botocore is not installed: run scripts/bootstrap") { BotocoreOracle.isInstalled }
)
struct BotocoreOracleTests {
    private static let fixtures =
        OracleFixture.keys + OracleFixture.roles + OracleFixture.tokens + OracleFixture.programs
        + OracleFixture.dialect + OracleFixture.regions

    @Test(arguments: fixtures)
    func `we find what botocore finds`(_ fixture: OracleFixture) async throws {
        let oracle = try await BotocoreOracle.shared()
        let theirs = try LaidOutFixture(fixture, services: oracle.services)
        let ours = try LaidOutFixture(fixture, services: oracle.services)
        let answer = try await OracleAnswer.ofBotocore(fixture, theirs, oracle)
        let ourAnswer = await OracleAnswer.ofOurs(fixture, ours)
        if fixture.difference == nil {
            #expect(ourAnswer == answer)
        } else {
            // A difference that is gone does not stay in the table.
            #expect(ourAnswer != answer)
        }
        if let file = fixture.leaves {
            #expect(try ours.tokens(in: file) == theirs.tokens(in: file))
        }
    }

    @Test func `the table is long and every name in it is used once`() {
        #expect(Self.fixtures.count >= 60)
        #expect(Set(Self.fixtures.map(\.name)).count == Self.fixtures.count)
    }
}

extension LaidOutFixture {
    /// Every member of a file of tokens but the moments, in which seconds may lie.
    fileprivate func tokens(in file: String) throws -> [String: JSONValue] {
        let bytes = try ScratchDirectory.read(home.path.appending(file))
        let root = try JSONValue(decoding: String(decoding: bytes, as: UTF8.self))
        guard case .object(var members) = root else { return [:] }
        members["expiresAt"] = nil
        if case .object(var token)? = members["accessToken"] {
            token["expiresAt"] = nil
            members["accessToken"] = .object(token)
        }
        return members
    }
}
