import Glibc
import SpotTestSupport
import Testing

/// One command on all the machines that a pattern matches.
@Suite struct ExecPatternTests {
    @Test func `every machine answers for itself, and one that is gone does not stop the others`()
        async throws
    {
        let computer = try await Computer()
        try await withThree(computer, "many") { first, second, third async throws in
            let told = try await computer.spot("exec", "many-*", "hostname")
            let lines = told.output.split(separator: "\n").sorted()
            #expect(lines.map { $0.prefix(9) } == ["many-a | ", "many-b | ", "many-c | "])
            #expect(Set(lines.map { $0.dropFirst(9) }).count == 3)

            try await computer.spot("exec", second, "touch only-here")
            let differs = try await computer.spot("exec", "many-?", "ls only-here", expecting: 8)
            #expect(differs.output == "many-b | only-here\n")
            #expect(
                differs.talk.contains("spot: error: 2 of 3 failed: many-a, many-c ended with 2\n")
            )

            try await computer.spot("stop", third)
            let json = try await computer.spot("exec", "--json", "many-*", "true", expecting: 8)
            let objects = try json.output.split(separator: "\n").sorted()
                .map { try JSONValue(decoding: String($0)) }
            #expect(objects.map { $0["name"] } == ["many-c", "many-a", "many-b"])
            #expect(objects[0]["error"]["kind"] == "conflict")
            #expect(objects.map { $0["status"] } == [.number(255), .number(0), .number(0)])
            _ = first
        }
    }

    @Test func `Ctrl-C ends the command everywhere`() async throws {
        let computer = try await Computer()
        try await withThree(computer, "stop") { first, second, third async throws in
            let working = try computer.start("exec", "stop-*", "echo started >&2; exec sleep 1000")
            for _ in 0..<3 { try await working.says(" | started\n") }
            working.signal(SIGINT)
            let (status, talk) = try await working.end()
            #expect(status == 130)
            #expect(
                talk == "spot: stopping; Ctrl-C twice more leaves at once\nspot: error: cancelled\n"
            )
            for name in [first, second, third] {
                try await computer.spot("exec", name, "pgrep -x sleep", expecting: 1)
            }
        }
    }

    private func withThree(
        _ computer: Computer,
        _ name: String,
        _ body: (String, String, String) async throws -> Void
    ) async throws {
        try await computer.withMachine("\(name)-a") { first async throws in
            try await computer.withMachine("\(name)-b") { second async throws in
                try await computer.withMachine("\(name)-c", "--market", "on-demand") {
                    third async throws in
                    try await body(first, second, third)
                }
            }
        }
    }
}
