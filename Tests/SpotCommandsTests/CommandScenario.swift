import AWSRuntime
import AWSServices
import HTTPTransport
import SSHKeys
import SpotCommands
import SpotInstances
import SpotProfiles
import SpotSupport
import SpotTerminal
import SpotTestSupport
import Synchronization
import SystemPackage
import Testing

/// One person at one computer: the whole program, from the words typed to the exit status, in front of a
/// cloud of fakes.
struct CommandScenario {
    /// Passes only where a deadline needs it, unless a test brings its own.
    let time: any TimeSource
    let ec2: FakeEC2
    let ssm = FakeSSM()
    var sts = FakeSTS()
    let iam = FakeIAM()
    let quotas = FakeServiceQuotas()
    let pricing = FakePricing()
    /// Why there are no clients at all.
    var cloudFailure: GeneralFailure?
    /// Clients of other regions than the usual one.
    var abroad: [Region: FakeEC2] = [:]
    let address = FakeCallerAddress()
    let home: ScratchDirectory
    var environment: [String: String] = [:]
    var answers = ScriptedAnswers.nobody
    /// Whether both streams are on a terminal.
    var isTerminal = false
    private let clouds = CallCount()

    init(
        time: any TimeSource = PollingTime(),
        _ arrange: (inout FakeAccount) -> Void = { _ in }
    ) throws {
        var account = FakeAccount()
        arrange(&account)
        self.time = time
        ec2 = FakeEC2(time: time, account: account)
        home = try ScratchDirectory()
    }

    /// All that the outside sees of one run.
    ///
    /// The home directory reads `/home/ada`.
    struct Ending: Hashable, CustomTestStringConvertible {
        let status: Int32
        let output: String
        let talk: String

        init(_ status: Int32, output: String = "", talk: String = "") {
            self.status = status
            self.output = output
            self.talk = talk
        }

        var testDescription: String { "\(status)\noutput:\n\(output)\ntalk:\n\(talk)" }
    }

    /// Runs `spot` with these words.
    func run(_ words: String...) async -> Ending { await run(words) }

    /// Runs `spot` with these words and compares all that the outside sees, showing both where they differ.
    func expect(
        _ words: String...,
        is ending: Ending,
        at location: SourceLocation = #_sourceLocation
    ) async {
        await expect(words, is: ending, at: location)
    }

    func expect(
        _ words: [String],
        is ending: Ending,
        at location: SourceLocation = #_sourceLocation
    ) async {
        let actual = await run(words)
        #expect(actual == ending, sourceLocation: location)
    }

    func run(_ words: [String]) async -> Ending {
        let consoles = Consoles()
        let program = Program(
            makeConsole: { consoles.make($0, environment: environment, isTerminal: isTerminal) },
            makeContext: { try context($0, console: $1) }
        )
        let status = await program.run(words)
        return Ending(
            status,
            output: consoles.text(\.output, without: home),
            talk: consoles.text(\.talk, without: home)
        )
    }

    /// Whether nothing was asked of anybody: no client was so much as made.
    var hasAskedNobody: Bool {
        clouds.value == 0 && ec2.calls.isEmpty && ssm.calls.isEmpty && sts.calls == 0
            && address.requests.isEmpty
    }

    /// The key that a launch of the machine would have left on this computer.
    @discardableResult
    func haveKey(_ name: String = "web") throws -> KeyFile {
        try KeyStore(directory: state.appending("keys")).keyOrNew(for: MachineName(name))
    }

    /// Writes a file below the home directory.
    func write(_ text: String, to path: String) throws {
        try PrivateFile.write(text.utf8, to: home.path.appending(path))
    }

    var state: FilePath { home(".local/state/spot") }

    private func context(_ global: GlobalOptions, console: any Console) throws -> CommandContext {
        var environment = environment
        environment["HOME"] = home.path.string
        let directories = try Directories(environment: environment)
        let flags = ["region": global.region, "aws_profile": global.awsProfile]
        let reading = try SettingsReading(
            flags: flags.compactMapValues(\.self),
            environment: environment,
            settingsFile: directories.settingsFile
        )
        return CommandContext(
            console: console,
            prompt: Prompt(answers),
            environment: environment,
            directories: directories,
            reading: reading,
            time: time,
            signals: nil,
            makeCloud: { _ in
                clouds.increment()
                if let cloudFailure { throw cloudFailure }
                return Cloud(
                    region: .usEast1,
                    ec2: ec2,
                    ssm: ssm,
                    sts: sts,
                    iam: iam,
                    quotas: quotas,
                    listPrices: ListPrices(
                        pricing: pricing,
                        cache: PriceCache(
                            path: directories.cache.value.appending("list-prices.json"),
                            source: "the test"
                        ),
                        time: time
                    ),
                    clock: ServerClock(
                        address: HTTPURL("https://aws.test/"),
                        transport: address,
                        time: time
                    ),
                    http: address,
                    time: time,
                    ec2InRegion: { abroad[$0] ?? ec2 }
                )
            },
            makeAccessReport: { _ in AccessReport([]) }
        )
    }
}

/// Counts from any task.
private final class CallCount: Sendable {
    private let count = Mutex(0)

    var value: Int { count.withLock { $0 } }

    func increment() { count.withLock { $0 += 1 } }
}

/// Every console that one run made, in order.
final class Consoles: Sendable {
    private let all = Mutex<[RecordingConsole]>([])

    func make(_ wish: ConsoleWish, environment: [String: String], isTerminal: Bool)
        -> RecordingConsole
    {
        let console = RecordingConsole(
            traits: ConsoleTraits(
                environment: environment,
                outputIsTerminal: isTerminal,
                talkIsTerminal: isTerminal,
                colour: wish.colour,
                format: wish.format,
                verbosity: wish.verbosity
            ),
            width: 100
        )
        all.withLock { $0.append(console) }
        return console
    }

    /// What was written to a stream of any of them, with `/home/ada` in place of the scratch directory.
    func text(_ stream: (RecordingConsole) -> String, without home: ScratchDirectory) -> String {
        all.withLock { $0.map(stream).joined() }
            .replacing(home.path.string, with: "/home/ada")
    }
}
