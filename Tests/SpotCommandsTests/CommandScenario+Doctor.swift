import SpotTestSupport
import SystemPackage

// Computers and accounts for the doctor.
extension CommandScenario {
    /// A computer and an account in which everything is in order.
    static func inOrder(_ arrange: (inout FakeAccount) -> Void = { _ in }) throws
        -> CommandScenario
    {
        var scenario = try CommandScenario(time: ManualTime(.standing), arrange)
        scenario.environment = [
            "TERM": "xterm", "LANG": "C.UTF-8", "PATH": try Self.programs(scenario),
            "NO_COLOR": "1",
        ]
        return scenario
    }

    /// A folder with programs by the names of those that are looked for.
    private static func programs(_ scenario: CommandScenario) throws -> String {
        for name in ["ssh", "rsync"] {
            try scenario.home.write("".utf8, to: name, mode: .ownerReadWriteExecute)
        }
        return scenario.home.path.string
    }

    /// The rows that are not in order, as programs read them.
    func findings(_ words: String...) async -> [String] {
        let ending = await run(["doctor"] + words)
        return ending.output.split(separator: "\n").map(String.init).filter {
            !$0.hasPrefix("ok\t")
        }
    }
}
