import AWSRuntime
import Testing

struct RetrySettingsTests {
    @Test func `without a word reads are tried five times and mutations three`() throws {
        let policy = try TemporaryHome().settings().retryPolicy()
        #expect([policy.attemptsOfReads, policy.attemptsOfMutations] == [5, 3])
    }

    @Test func `the environment beats the profile, and an empty variable is none`() throws {
        let home = try TemporaryHome(config: "[default]\nmax_attempts = 2\nretry_mode = legacy\n")
        #expect(try home.settings().retryPolicy().attemptsOfReads == 2)
        let policy = try home.settings(["AWS_MAX_ATTEMPTS": "7"]).retryPolicy()
        #expect([policy.attemptsOfReads, policy.attemptsOfMutations] == [7, 7])
        #expect(try home.settings(["AWS_MAX_ATTEMPTS": ""]).retryPolicy().attemptsOfReads == 2)
    }

    @Test(arguments: [
        ("AWS_MAX_ATTEMPTS", "0"), ("AWS_MAX_ATTEMPTS", "-1"), ("AWS_MAX_ATTEMPTS", "many"),
        ("AWS_RETRY_MODE", "hard"),
    ])
    func `what AWS's tools would not take is refused by name`(_ name: String, _ value: String)
        throws
    {
        let settings = try TemporaryHome().settings([name: value])
        let error = #expect(throws: AWSConfigurationError.self) { try settings.retryPolicy() }
        #expect(error?.message.contains(value) == true)
        #expect(error?.hint?.contains(name) == true)
    }
}
