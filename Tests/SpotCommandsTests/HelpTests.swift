import ArgumentParser
import SpotCommands
import Testing

struct HelpTests {
    /// Every verb as it is typed, the verbs of verbs included.
    private static let verbs: [[String]] = paths(of: Spot.self)

    private static func paths(of command: any ParsableCommand.Type) -> [[String]] {
        command.configuration.subcommands.flatMap { verb in
            let name = verb.configuration.commandName ?? "\(verb)".lowercased()
            return [[name]] + paths(of: verb).map { [name] + $0 }
        }
    }

    @Test(arguments: verbs)
    func `of every verb is data and tells its usage`(verb: [String]) async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run(verb + ["--help"])
        #expect(ending.status == 0)
        #expect(ending.talk == "")
        #expect(ending.output.hasPrefix("OVERVIEW: "))
        #expect(ending.output.contains("\nUSAGE: spot \(verb.joined(separator: " ")) "))
        #expect(scenario.hasAskedNobody)
    }

    @Test func `is the same however it is asked for`() async throws {
        let scenario = try CommandScenario()
        let help = await scenario.run("profile", "show", "--help")
        await scenario.expect("profile", "show", "-h", is: help)
        await scenario.expect("help", "profile", "show", is: help)
    }

    @Test(arguments: verbs.filter { !["profile", "config"].contains($0.joined()) })
    func `of every verb that does something shows one worked example`(verb: [String]) async throws {
        let help = try await CommandScenario().run(verb + ["--help"]).output
        let example = try #require(help.split(separator: "\n").first { $0.hasPrefix("Example: ") })
        #expect(example.contains("spot \(verb.joined(separator: " "))"))
    }

    @Test func `without a verb is the same as asked for`() async throws {
        let scenario = try CommandScenario()
        let ending = await scenario.run()
        #expect(ending.status == 0)
        #expect(ending == (await scenario.run("--help")))
        #expect(ending == (await scenario.run("help")))
    }

    @Test func `tells every status`() async throws {
        let help = try await CommandScenario().run("--help").output
        for row in ExitStatus.table { #expect(help.contains("\(row.status)  \(row.meaning)\n")) }
    }
}
