import FoundationEssentials
import SpotSupport
import SpotTerminal
import Testing

struct FailureReportTests {
    @Test(arguments: [
        (FailureKind.usage, "usage"), (.notFound, "not-found"), (.conflict, "conflict"),
        (.denied, "denied"), (.capacity, "capacity"), (.interrupted, "interrupted"),
        (.transport, "transport"), (.partial, "partial"), (.timedOut, "timed-out"),
        (.cancelled, "cancelled"), (.remoteStatus(3), "remote-status"), (.broken, "failed"),
    ])
    func `each kind has a name for programs`(kind: FailureKind, name: String) {
        #expect(FailureReport(GeneralFailure(kind, "x")).kind == name)
    }

    @Test func `a cancelled task is told as such`() {
        let report = FailureReport(CancellationError())
        #expect(report.kind == "cancelled" && report.message == "cancelled")
    }

    @Test func `a chain of causes ends somewhere`() {
        var failure = GeneralFailure(.broken, "0")
        for depth in 1...20 { failure = GeneralFailure(.broken, "\(depth)", cause: failure) }
        #expect(FailureReport(failure).causes == (12...19).reversed().map(String.init))
    }

    @Test func `as JSON it keeps what there is`() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let report = FailureReport(GeneralFailure(.usage, "cannot read x", hint: "try y"))
        let json = String(decoding: try encoder.encode(report), as: UTF8.self)
        #expect(json == #"{"causes":[],"hint":"try y","kind":"usage","message":"cannot read x"}"#)
    }
}
