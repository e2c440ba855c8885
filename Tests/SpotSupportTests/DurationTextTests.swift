import SpotSupport
import Testing

struct DurationTextTests {
    @Test(
        arguments: [
            (.zero, "0 ms"), (.milliseconds(850), "1 s"), (.milliseconds(450), "450 ms"),
            (.seconds(12), "12 s"), (.milliseconds(59_700), "1 min"), (.seconds(200), "3 min 20 s"),
            (.seconds(3600), "1 h"), (.seconds(7500), "2 h 5 min"), (.seconds(86_400), "1 d"),
            (.seconds(273_600), "3 d 4 h"),
        ] as [(Duration, String)]
    )
    func `a duration is spoken in its two largest units`(duration: Duration, text: String) {
        #expect(duration.spoken == text)
    }

    @Test(
        arguments: [
            ("90s", 90), ("10m", 600), ("8h", 28_800), ("2d", 172_800), ("0s", 0),
            ("36500d", 3_153_600_000),
        ] as [(String, Int64)]
    )
    func `an option is digits and a unit`(text: String, seconds: Int64) {
        #expect(Duration(option: text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "s", "10", "10x", "-1s", "+1s", "1.5h", " 1s", "1 s", "1s ", "1S",
        "99999999999999999999s",
        "9223372036854775807s", "36501d", "1s\u{301}", "１s",
    ])
    func `anything else is no option`(text: String) {
        #expect(Duration(option: text) == nil)
    }

    @Test func `the longest option can be spoken`() {
        #expect(Duration(option: "36500d")?.spoken == "36500 d")
    }

    @Test func `seconds keep their fraction`() {
        #expect(Duration.milliseconds(1500).seconds == 1.5)
    }
}
