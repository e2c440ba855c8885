import AWSRuntime
import HTTPTransport
import SpotTestSupport
import Testing

/// The published error answers of every protocol we speak.
@Suite(
    .enabled(
        if: PeerSuites.folder("aws-protocols") != nil,
        "the published suites are not here; SPOT_PEER_SUITES names their folder"
    )
)
struct ErrorProtocolTests {
    @Test(arguments: [
        ("ec2", AWSService.WireProtocol.ec2, 1), ("query", .query, 2),
        ("json", .json(version: "1.1", targetPrefix: "T"), 5),
        ("json_1_0", .json(version: "1.0", targetPrefix: "T"), 5), ("rest-json", .restJSON, 5),
    ])
    func `codes and messages are found where they are`(
        _ form: String,
        _ wireProtocol: AWSService.WireProtocol,
        _ least: Int
    ) throws {
        let cases = try ProtocolSuite.cases("output", form).filter { $0.1.errorCode != nil }
        #expect(cases.count >= least)
        for (_, test) in cases {
            let response = try #require(test.response)
            let fields = (response.headers ?? [:]).map { HTTPHeaders.Field(name: $0, value: $1) }
            let error = AWSError(
                refusal: HTTPResponse(
                    status: response.status_code,
                    headers: HTTPHeaders(fields),
                    body: Array((response.body ?? "").utf8)
                ),
                of: .test("ec2", wireProtocol),
                operation: test.given.name
            )
            #expect(error.code.rawValue == test.errorCode, "\(test.id)")
            if let message = test.errorMessage { #expect(error.detail == message, "\(test.id)") }
        }
    }
}
