import SpotSupport
import Testing

struct FailureTests {
    private struct Refused: Failure {
        let kind = FailureKind.denied
        let message = "cannot do it"
        let requestID: String?
    }

    @Test func `a failure describes itself by its message`() {
        #expect("\(GeneralFailure(.usage, "cannot read x: y"))" == "cannot read x: y")
    }

    @Test func `a request identifier is found beneath a failure`() {
        let deepest = Refused(requestID: "r-1")
        let middle = GeneralFailure(.broken, "cannot go on", cause: deepest)
        #expect(GeneralFailure(.broken, "cannot launch", cause: middle).requestID == "r-1")
    }

    @Test func `a failure on its own has neither hint nor cause nor request`() {
        let failure = GeneralFailure(.broken, "cannot go on")
        #expect(failure.hint == nil && failure.cause == nil && failure.requestID == nil)
    }

    @Test func `several failures are told one a line, each naming its subject once`() {
        let failure = PartialFailure(
            items: [
                .init(subject: "web", failure: GeneralFailure(.broken, "cannot stop web")),
                .init(subject: "a", failure: GeneralFailure(.denied, "cannot call AWS")),
            ],
            total: 3
        )
        #expect(failure.message == "2 of 3 failed\ncannot stop web\na: cannot call AWS")
        #expect(failure.kind == .partial)
    }
}
