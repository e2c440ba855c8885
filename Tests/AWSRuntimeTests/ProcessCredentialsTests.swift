import AWSRuntime
import AWSSigning
import FoundationEssentials
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

struct ProcessCredentialsTests {
    private static let config = """
        [profile tool]
        credential_process = /opt/tool "two words" --flag
        aws_account_id = 42
        [profile open]
        credential_process = /opt/tool "two words
        [profile missing]
        credential_process = /opt/other
        """

    @Test func `a program is run without a shell and prints credentials`() async throws {
        let printed = """
            {"Version": 1, "AccessKeyId": "ASIATOOL", "SecretAccessKey": "s", \
            "SessionToken": "t", "Expiration": "2026-01-02T04:04:05Z"}
            """
        let commands = FakeCommands([
            "/opt/tool": CommandOutcome(status: 0, output: Array(printed.utf8))
        ])
        let home = try TemporaryHome(config: Self.config)
        let context = try home.context(["AWS_PROFILE": "tool"], commands: commands)
        let found = try await CredentialChain(context).resolve()
        #expect(
            found.credentials
                == AWSCredentials(
                    accessKeyID: "ASIATOOL",
                    secretAccessKey: "s",
                    sessionToken: "t",
                    expiration: Date(timeIntervalSince1970: 1_767_326_645),
                    accountID: "42"
                )
        )
        #expect(found.provider == "credential_process of profile tool")
        #expect(commands.commands == [["/opt/tool", "two words", "--flag"]])
    }

    @Test(arguments: [
        (#"{"Version": 2, "AccessKeyId": "A", "SecretAccessKey": "hidden"}"#, "printed version 2"),
        (#"{"AccessKeyId": "A", "SecretAccessKey": "hidden"}"#, "printed no version"),
        (#"{"Version": 1, "SecretAccessKey": "hidden"}"#, "AccessKeyId is missing"),
        (#"{"Version": 1, "AccessKeyId": "A"}"#, "SecretAccessKey is missing"),
        (
            #"{"Version":1,"AccessKeyId":"A","SecretAccessKey":"hidden","Expiration":"x"}"#,
            "Expiration is not a date"
        ),
        ("hidden", "did not print a JSON object"), ("", "did not print a JSON object"),
    ])
    func `what is printed amiss is told without what was printed`(
        _ printed: String,
        _ words: String
    ) async throws {
        let outcome = CommandOutcome(status: 0, output: Array(printed.utf8))
        let error = try #require(await problem("tool", ["/opt/tool": outcome]))
        #expect(error.message.contains(words))
        #expect(error.message.contains("credential_process of profile tool in "))
        #expect(!error.message.contains("hidden"))
    }

    @Test func `a program that fails is named with its last words`() async throws {
        let talk = Array("one\nno such vault\n".utf8)
        let outcome = CommandOutcome(status: 3, output: [], talk: talk)
        let error = try #require(await problem("tool", ["/opt/tool": outcome]))
        #expect(error.message.hasSuffix("/opt/tool ended with status 3: no such vault"))
        #expect(error.kind == .denied)
    }

    @Test(arguments: [("open", "quotation"), ("missing", "cannot run /opt/other")])
    func `a line that cannot be run is an error`(_ profile: String, _ words: String) async throws {
        #expect(try await problem(profile, [:])?.message.contains(words) == true)
    }

    private func problem(
        _ profile: String,
        _ outcomes: [String: CommandOutcome]
    ) async throws -> AWSConfigurationError? {
        let home = try TemporaryHome(config: Self.config)
        let context = try home.context(
            ["AWS_PROFILE": profile],
            commands: FakeCommands(outcomes)
        )
        return await failure { try await CredentialChain(context).resolve() }
    }
}

struct SystemCommandRunnerTests {
    private let runner = SystemCommandRunner()

    @Test func `a program runs with this environment and without an input`() async throws {
        let outcome = try await runner.run(
            ["sh", "-c", "cat; echo $NAME; echo talk >&2; exit 3"],
            environment: ["NAME": "value", "PATH": "/usr/bin:/bin"],
            limit: .seconds(30)
        )
        #expect(outcome.status == 3)
        #expect(String(decoding: outcome.output, as: UTF8.self) == "value\n")
        #expect(String(decoding: outcome.talk, as: UTF8.self) == "talk\n")
    }

    @Test func `much output does not block and too much is refused`() async throws {
        let much = try await run("head -c 900000 /dev/zero; head -c 900000 /dev/zero >&2")
        #expect(much.output.count == 900_000)
        #expect(much.talk.count == 900_000)
        await #expect(throws: CommandError.self) {
            try await run("head -c 2000000 /dev/zero")
        }
    }

    @Test func `a signal is told as a shell does`() async throws {
        #expect(try await run("kill -TERM $$").status == 143)
    }

    @Test func `what cannot be started is named`() async {
        await #expect {
            try await runner.run(["/no/such"], environment: [:], limit: .seconds(5))
        } throws: { error in
            "\(error)" == "cannot run /no/such: no such file or directory"
        }
    }

    @Test func `a program that takes too long is ended`() async {
        await #expect {
            try await runner.run(["sleep", "30"], environment: [:], limit: .milliseconds(200))
        } throws: { error in
            (error as? CommandError)?.kind == .timedOut
        }
    }

    @Test func `cancelling ends the program`() async {
        let error = await withTaskGroup(of: CommandError?.self) { group in
            group.addTask {
                do throws(CommandError) {
                    _ = try await runner.run(
                        ["sleep", "30"],
                        environment: [:],
                        limit: .seconds(30)
                    )
                    return nil
                } catch {
                    return error
                }
            }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(error?.kind == .cancelled)
    }

    @discardableResult
    private func run(_ script: String) async throws -> CommandOutcome {
        try await runner.run(
            ["/bin/sh", "-c", script],
            environment: ["PATH": "/usr/bin:/bin"],
            limit: .seconds(30)
        )
    }
}
