import AWSRuntime
import HTTPTransport
import SpotTestSupport
import Testing

struct PaginationTests {
    @Test func `row 33: pages are asked for until an empty token, an empty page included`()
        async throws
    {
        let transport = FakeTransport([
            .page("<value>a</value><nextToken>1</nextToken>"),
            .page("<nextToken>2</nextToken>"),
            .page("<value>b</value><nextToken></nextToken>"),
        ])
        let pages = try await AWSClient.test(transport).sendAllPages(PagedProbe())
        #expect(pages.map(\.value) == ["a", nil, "b"])
        #expect(
            transport.requests.map { String(decoding: $0.body, as: UTF8.self) }.map {
                $0.split(separator: "NextToken=").dropFirst().first.map(String.init)
            } == [nil, "1", "2"]
        )
    }

    @Test(arguments: [["1", "1"], ["1", "2", "1"]])
    func `row 33: a token that comes back is an error and no endless loop`(_ tokens: [String])
        async throws
    {
        let transport = FakeTransport(
            tokens.map { .page("<value>a</value><nextToken>\($0)</nextToken>") }
        )
        do throws(AWSError) {
            _ = try await AWSClient.test(transport).sendAllPages(PagedProbe())
            Issue.record("the pages ended")
        } catch {
            #expect(error.code == .unreadableAnswer)
            #expect(transport.requests.count == tokens.count)
        }
    }

    @Test func `row 33: a page that fails in the middle is asked for again, and none is lost`()
        async throws
    {
        let transport = FakeTransport([
            .page("<value>a</value><nextToken>1</nextToken>"),
            .refusal(503, .busy),
            .page("<value>b</value>"),
        ])
        let pages = try await AWSClient.test(transport).sendAllPages(PagedProbe())
        #expect(pages.map(\.value) == ["a", "b"])
    }
}

extension Result where Success == HTTPResponse, Failure == HTTPError {
    /// A page of `PagedProbe`.
    static func page(_ text: String) -> Self {
        .status(200, "<PagedProbeResponse>\(text)</PagedProbeResponse>")
    }
}
