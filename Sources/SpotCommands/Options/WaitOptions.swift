package import ArgumentParser
import SpotSupport

/// How long a verb may wait in all.
package struct WaitOptions: ParsableArguments, Sendable {
    @Option(
        help: .init("Give up after this long (90s, 10m, 8h).", valueName: "duration"),
        transform: duration
    )
    package var timeout: Duration?

    package init() {}

    static func duration(_ text: String) throws -> Duration {
        guard let duration = Duration(option: text) else {
            throw ValidationError("“\(text)” is no duration: write 90s, 10m, 8h or 2d")
        }
        return duration
    }
}
