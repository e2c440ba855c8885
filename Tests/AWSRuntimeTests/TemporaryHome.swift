import AWSRuntime
import HTTPTransport
import Logging
import SpotSupport
import SpotTestSupport
import SystemPackage

/// A home directory with an `.aws` folder, gone after the test.
struct TemporaryHome {
    private let directory: ScratchDirectory

    var path: FilePath { directory.path }

    /// A file of the folder is made for each text that is given.
    init(config: String? = nil, credentials: String? = nil) throws {
        directory = try ScratchDirectory()
        if let config { try write(config, to: ".aws/config") }
        if let credentials { try write(credentials, to: ".aws/credentials") }
    }

    /// Puts a text into a file below the home and answers its path.
    @discardableResult
    func write(_ text: String, to name: String) throws -> FilePath {
        try PrivateFile.write(text.utf8, to: path.appending(name))
        return path.appending(name)
    }

    /// The whole chain for this home; nothing answers over HTTP unless a transport does.
    func chain(
        _ environment: [String: String] = [:],
        profileFlag: String? = nil,
        transport: any HTTPTransport = FakeTransport([]),
        time: any TimeSource = ManualTime()
    ) throws -> CredentialChain {
        CredentialChain(
            try context(
                environment,
                profileFlag: profileFlag,
                transport: transport,
                time: time
            )
        )
    }

    /// What providers look at; roles are asked for in eu-central-1.
    func context(
        _ environment: [String: String] = [:],
        profileFlag: String? = nil,
        transport: any HTTPTransport = FakeTransport([]),
        commands: any CommandRunner = FakeCommands(),
        keepsSessions: Bool = false,
        codes: MFACodes = MFACodes(),
        time: any TimeSource = ManualTime()
    ) throws -> CredentialContext {
        let settings = try settings(environment, profileFlag: profileFlag)
        let sessions = RoleSessionStore(directory: path.appending("sessions"), time: time)
        return CredentialContext(
            settings: settings,
            region: Region("eu-central-1"),
            endpoints: try settings.endpoints(),
            transport: transport,
            commands: commands,
            sessions: keepsSessions ? sessions : nil,
            codes: codes,
            time: time,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func settings(
        _ environment: [String: String] = [:],
        profileFlag: String? = nil
    ) throws -> AWSSettings {
        try AWSSettings(
            environment: environment,
            homeDirectory: path,
            profileFlag: profileFlag
        )
    }
}
