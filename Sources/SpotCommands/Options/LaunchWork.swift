package import ArgumentParser
import SpotSupport

/// What `launch` starts from, and what it does on the machine once it is ready.
package struct LaunchWork: ParsableArguments, Sendable {
    @Option(
        name: .shortAndLong,
        help: .init("Profile, or just an instance type.", valueName: "profile")
    )
    package var profile: String?

    @Option(
        name: .shortAndLong,
        parsing: .upToNextOption,
        help: .init("Upload these files and directories.", valueName: "path")
    )
    package var upload: [String] = []

    @Option(name: .shortAndLong, help: .init("Upload into this directory.", valueName: "dir"))
    package var remotePath: String?

    @Option(
        name: .shortAndLong,
        parsing: .upToNextOption,
        help: .init("Run these local scripts there.", valueName: "file")
    )
    package var script: [String] = []

    @Flag(name: .shortAndLong, inversion: .prefixedNo, help: "Leave a shell open.")
    package var attach = false

    @Option(
        help: .init(
            "Ask again for so long where no pool has capacity (90s, 10m, 8h).",
            valueName: "duration"
        ),
        transform: WaitOptions.duration
    )
    package var capacityTimeout: Duration?

    package init() {}
}
