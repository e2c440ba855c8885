import AWSSigning
import Testing

struct AWSCredentialsTests {
    private let credentials = AWSCredentials(
        accessKeyID: "AKIAIOSFODNN7EXAMPLE",
        secretAccessKey: "the-secret",
        sessionToken: "the-token"
    )

    @Test func `no way of printing shows a secret`() {
        var dumped = ""
        dump([credentials], to: &dumped)
        let texts = ["\(credentials)", String(reflecting: credentials), "\([credentials])", dumped]
        for text in texts {
            #expect(!text.contains("the-secret"))
            #expect(!text.contains("the-token"))
            #expect(!text.contains("AKIAIOSFODNN7"))
            #expect(text.contains("MPLE"))
        }
    }
}
