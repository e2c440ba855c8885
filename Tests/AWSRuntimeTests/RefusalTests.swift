import AWSRuntime
import HTTPTransport
import Logging
import SpotTestSupport
import Testing

/// How each protocol says no.
struct RefusalTests {
    @Test(arguments: [
        (#"{"__type":"ParameterNotFound","message":"gone"}"#, "ParameterNotFound", "gone"),
        (#"{"__type":"com.amazon#Nope:http://x","Message":"m"}"#, "Nope", "m"),
        (#"{"code":"Nope","errorMessage":"m"}"#, "Nope", "m"),
        (#"{"ErrorCode":"FileSystemNotFound","Message":"m"}"#, "FileSystemNotFound", "m"),
        (
            #"{"error":"invalid_grant","error_description":"m"}"#, "invalid_grant", "m"
        ),
        (#"{"__type":7}"#, "400", "status 400 without an explanation"),
        ("[]", "400", "status 400 without an explanation"),
        ("", "400", "status 400 without an explanation"),
        ("<html>", "400", "status 400 without an explanation"),
    ])
    func `JSON names its code in one of many places`(
        _ body: String,
        _ code: String,
        _ message: String
    ) async {
        let error = await refusal(.status(400, body, headers: ["x-amzn-RequestId": "id-1"]))
        #expect(error?.code.rawValue == code)
        #expect(error?.detail == message)
        #expect(error?.requestID == "id-1")
    }

    @Test func `row 37: a header beats the body and the older code beats both`() async {
        let named = await refusal(
            .status(400, #"{"__type":"B"}"#, headers: ["X-Amzn-ErrorType": "A:http://x"])
        )
        #expect(named?.code.rawValue == "A")
        let older = await refusal(
            .status(
                400,
                #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist"}"#,
                headers: ["x-amzn-query-error": "AWS.SimpleQueueService.NonExistentQueue;Sender"]
            )
        )
        #expect(older?.code.rawValue == "AWS.SimpleQueueService.NonExistentQueue")
    }

    private func refusal(_ answer: FakeTransport.Answer) async -> AWSError? {
        let client = AWSClient.test(FakeTransport([answer]))
        do throws(AWSError) {
            _ = try await client.send(JSONProbe())
            return nil
        } catch {
            return error
        }
    }
}

private struct JSONProbe: JSONOperation {
    static let service = AWSService.test("ssm", .json(version: "1.1", targetPrefix: "T"))

    var effect: OperationEffect { .once }

    typealias Output = EmptyOutput
}
