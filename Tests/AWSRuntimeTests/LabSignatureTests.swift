import AWSRuntime
import AWSSigning
import HTTPTransport
import SpotSupport
import SpotTestSupport
import Testing

/// Signatures before the lab, which verifies each by itself.
@Suite(.timeLimit(.minutes(3)))
struct LabSignatureTests {
    /// One call of each protocol.
    private static let operations: [any AWSOperation] = [
        DescribeRegions(), GetCallerIdentity(), DescribeParameters(), DescribeFileSystems(),
    ]

    /// What may happen to a request after it was signed.
    private static let spoilings: [(String, @Sendable (inout HTTPRequest) -> Void)] = [
        ("a byte of the signature", { $0.flipLastByteOfSignature() }),
        ("a byte of the body or the query", { $0.flipLastByteOfContent() }),
        ("another path", { $0.url.path += "x" }),
        ("another date", { $0.headers["X-Amz-Date"] = "20200101T000000Z" }),
        ("another type", { $0.headers["Content-Type"]? += ";" }),
    ]

    @Test(arguments: operations.indices)
    func `row 1: a signature is accepted, and with one byte flipped it is refused`(
        _ index: Int
    ) async throws {
        let account = try await LabAccount(region: "ap-northeast-3")
        let operation = Self.operations[index]
        let untouched = await failure(of: operation, by: account.client())
        #expect(untouched == nil)
        for (what, spoil) in Self.spoilings.prefix(2) {
            let error = await failure(of: operation, by: account.client(spoiling: spoil))
            #expect(error?.code.isWrongSignature == true, "\(what): \(error?.message ?? "none")")
            #expect(error?.kind == .denied)
        }
    }

    @Test(arguments: spoilings.indices.dropFirst(2))
    func `row 1: whatever was signed cannot be changed on the way`(_ index: Int) async throws {
        let account = try await LabAccount(region: "ap-northeast-3")
        let (what, spoil) = Self.spoilings[index]
        let error = await account.client(spoiling: spoil).failure(of: DescribeRegions())
        #expect(error?.kind == .denied, "\(what): \(error?.message ?? "none")")
    }

    @Test(arguments: operations.indices)
    func `row 3: the session token is sent and signed, and without it the call is refused`(
        _ index: Int
    ) async throws {
        let account = try await LabAccount(region: "ap-northeast-3")
        let keys = [try await account.temporaryCredentials()]
        let operation = Self.operations[index]
        let untouched = await failure(of: operation, by: account.client(keys))
        #expect(untouched == nil)
        let spoilings: [@Sendable (inout HTTPRequest) -> Void] = [
            { $0.headers["X-Amz-Security-Token"] = nil },
            { $0.headers["X-Amz-Security-Token"]? += "x" },
            { $0.leaveTokenUnsigned() },
        ]
        for spoil in spoilings {
            let error = await failure(of: operation, by: account.client(keys, spoiling: spoil))
            #expect(error?.kind == .denied, "\(error?.message ?? "none")")
        }
    }

    @Test(arguments: [-3600, 3600])
    func `row 2: a computer whose clock is an hour off gets through`(_ seconds: Int) async throws {
        let account = try await LabAccount(region: "ap-northeast-3", skew: .seconds(seconds))
        let client = account.client()
        for operation in Self.operations {
            let error = await failure(of: operation, by: client)
            #expect(error == nil)
        }
    }

    @Test func `row 2: a wrong key with a right clock is refused as such, after one call`()
        async throws
    {
        let account = try await LabAccount(region: "ap-northeast-3")
        let wrong = AWSCredentials(accessKeyID: "AKIAUNKNOWNUNKNOWN00", secretAccessKey: "x")
        let error = await account.client([wrong]).failure(of: DescribeRegions())
        #expect(error?.code == .authFailure)
        #expect(account.time.slept.isEmpty)
    }

    private func failure<Operation: AWSOperation>(
        of operation: Operation,
        by client: AWSClient
    ) async -> AWSError? {
        await client.failure(of: operation)
    }
}

extension AWSError.Code {
    /// What the protocols call a signature that does not fit.
    fileprivate var isWrongSignature: Bool {
        ["SignatureDoesNotMatch", "InvalidSignatureException"].contains(rawValue)
    }
}

extension HTTPRequest {
    fileprivate mutating func flipLastByteOfSignature() {
        let stamp = headers["Authorization"] ?? ""
        headers["Authorization"] = stamp.dropLast() + (stamp.hasSuffix("0") ? "1" : "0")
    }

    /// The request stays well formed.
    fileprivate mutating func flipLastByteOfContent() {
        guard body.isEmpty else {
            let last = body.lastIndex { $0 != UInt8(ascii: "}") } ?? 0
            body[last] ^= 1
            return
        }
        url.query = url.query.dropLast() + (url.query.hasSuffix("0") ? "1" : "0")
    }

    fileprivate mutating func leaveTokenUnsigned() {
        headers["Authorization"]?.replace(";x-amz-security-token", with: "")
    }
}
