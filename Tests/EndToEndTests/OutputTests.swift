import SpotTestSupport
import Testing

/// What programs read: one document on standard output, all talk on standard error, exact statuses.
@Suite struct OutputTests {
    @Test func `every verb with --json prints one document and nothing else`() async throws {
        let computer = try await Computer(region: "me-south-1")
        let name = "output-json"
        let none = try await computer.spot("list", "--json")
        #expect(none.output == "[]\n")
        let launched = try await computer.spot("launch", name, "--json")
        #expect(try launched.json["name"] == "output-json")
        #expect(try launched.json["state"] == "running")
        let status = try await computer.spot("status", name, "--json")
        #expect(try status.json["id"] == launched.json["id"])
        let list = try await computer.spot("list", "--json")
        #expect(try list.json.list.map { $0["id"] } == [status.json["id"]])
        let price = try await computer.spot("price", "t3.small", "--json")
        #expect(try price.json[0]["type"] == "t3.small")
        let removed = try await computer.spot("terminate", name, "--json")
        #expect(try removed.json[0]["instances"] == [launched.json["id"]])
        for result in [launched, status, list, price, removed] {
            #expect(result.output.hasSuffix("\n"))
            #expect(!result.output.dropLast().contains("\n"))
        }
    }

    @Test func `an error with --json is a document, too`() async throws {
        let computer = try await Computer()
        let failed = try await computer.spot("status", "output-never", "--json", expecting: 3)
        #expect(try failed.json["error"]["kind"] == "not-found")
        let usage = try await computer.spot("launch", "--json", "--no-such-flag", expecting: 2)
        #expect(try usage.json["error"]["kind"] == "usage")
    }

    @Test func `quiet prints names and says nothing`() async throws {
        let computer = try await Computer(region: "eu-west-3")
        let launched = try await computer.spot("launch", "output-quiet", "-q")
        #expect(launched.output == "output-quiet\n")
        #expect(launched.talk == "")
        let removed = try await computer.spot("terminate", "output-quiet", "--quiet")
        #expect(removed.output == "output-quiet\n")
        #expect(removed.talk == "")
    }

    @Test func `a machine that is not there ends with 3 and a way on`() async throws {
        let computer = try await Computer()
        for verb in ["status", "stop", "start"] {
            let result = try await computer.spot(verb, "output-never", expecting: 3)
            #expect(
                result.talk.hasPrefix(
                    "spot: error: cannot find a machine named output-never in us-east-1\nspot: hint: "
                )
            )
        }
        try await computer.spot("exec", "output-never", "true", expecting: 255)
    }

    @Test func `a machine that AWS took ends with 6, and the next launch makes another`()
        async throws
    {
        let computer = try await Computer(region: "af-south-1")
        let name = "output-taken"
        try await computer.spot("launch", name)
        let id = try #require(try await computer.instances(name)[0].text)
        try await computer.lab.command("interrupt", id, "--notice", "0")
        try await computer.spot("wait", name, "--for", "terminated", "--timeout", "20s")
        let status = try await computer.spot("status", name, expecting: 6)
        #expect(
            status.talk == "spot: warning: AWS took output-taken back: "
                + "'spot launch output-taken' starts it anew\n"
        )
        #expect(status.output.contains("state\tinterrupted\n"))
        #expect(status.output.contains("id\t\(id)\n"))
        let all = try await computer.spot("list", "--all", "--json").json
        #expect(all[0]["wasInterrupted"] == true)
        try await computer.spot("launch", name)
        let next = try await computer.instances(name)
        #expect(next.list.count == 1 && next[0] != .text(id))
        try await computer.spot("terminate", name)
        let leftovers = try await computer.leftovers(name)
        #expect(leftovers == [])
    }
}
