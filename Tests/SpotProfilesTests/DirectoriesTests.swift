import SpotProfiles
import SystemPackage
import Testing

struct DirectoriesTests {
    @Test func `without XDG variables everything is below the home directory`() throws {
        let directories = try Directories(environment: ["HOME": "/home/ann"])
        #expect(directories.settingsFile == "/home/ann/.config/spot/config.yaml")
        #expect(directories.profiles == "/home/ann/.config/spot/profiles")
        #expect(directories.state == Sourced("/home/ann/.local/state/spot"))
        #expect(directories.cache == Sourced("/home/ann/.cache/spot"))
        #expect(directories.runtime == Sourced("/home/ann/.local/state/spot/run"))
    }

    @Test func `XDG variables move each of them`() throws {
        let directories = try Directories(environment: [
            "HOME": "/home/ann", "XDG_CONFIG_HOME": "/c", "XDG_STATE_HOME": "/s",
            "XDG_CACHE_HOME": "/k", "XDG_RUNTIME_DIR": "/r",
        ])
        #expect(directories.config == Sourced("/c/spot", .environment("XDG_CONFIG_HOME")))
        #expect(directories.state == Sourced("/s/spot", .environment("XDG_STATE_HOME")))
        #expect(directories.cache == Sourced("/k/spot", .environment("XDG_CACHE_HOME")))
        #expect(directories.runtime == Sourced("/r/spot", .environment("XDG_RUNTIME_DIR")))
        #expect(directories.entries.map(\.text) == ["/c/spot", "/s/spot", "/k/spot", "/r/spot"])
    }

    @Test(arguments: ["", "relative/path"])
    func `a variable that is no absolute path counts as unset`(value: String) throws {
        let environment = ["HOME": "/home/ann", "XDG_STATE_HOME": value]
        let directories = try Directories(environment: environment)
        #expect(directories.state == Sourced("/home/ann/.local/state/spot"))
    }

    @Test(arguments: [[:], ["HOME": ""], ["HOME": "home"]])
    func `without a home nothing is guessed`(environment: [String: String]) {
        let error = #expect(throws: ConfigurationError.self) {
            try Directories(environment: environment)
        }
        #expect(error?.message == "cannot find spot's files: HOME is not set to an absolute path")
    }
}
