import SpotRemote
import Testing

struct CloudInitStatusTests {
    private static func status(_ answer: String) -> CloudInitStatus? {
        CloudInitStatus(answer: Array(answer.utf8))
    }

    @Test func `a result without errors is done`() {
        let answer = #"{"v1": {"datasource": "DataSourceEc2Local", "errors": []}}"#
        #expect(Self.status(answer) == CloudInitStatus(state: .done))
    }

    @Test func `errors are kept in cloud-init's words`() {
        let answer =
            #"{"v1": {"datasource": null, "errors": ["('scripts_user', RuntimeError())"]}}"#
        #expect(
            Self.status(answer)
                == CloudInitStatus(state: .failed, errors: ["('scripts_user', RuntimeError())"])
        )
    }

    @Test func `an image without cloud-init has nothing to wait for`() {
        #expect(Self.status("absent\n") == CloudInitStatus(state: .absent))
    }

    @Test(arguments: ["", "{", "[]", #"{"v1": {}}"#, "cat: no such file"])
    func `what is not cloud-init's answer is no status`(text: String) {
        #expect(Self.status(text) == nil)
    }
}
