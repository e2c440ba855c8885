import SpotSupport
package import SystemPackage

/// Where spot keeps its files, by the XDG base directory specification.
package struct Directories: Sendable {
    package let home: FilePath
    /// `config.yaml` and the user's own profiles.
    package let config: Sourced<FilePath>
    /// Keys, known hosts and records of runs: what must not be lost.
    package let state: Sourced<FilePath>
    /// What can be fetched again.
    package let cache: Sourced<FilePath>
    /// Sockets, gone after a restart; below `state` where the system has no place for them.
    package let runtime: Sourced<FilePath>

    package var settingsFile: FilePath { config.value.appending("config.yaml") }
    package var profiles: FilePath { config.value.appending("profiles") }

    /// A variable that is empty or not absolute counts as unset, as the specification demands.
    ///
    /// Throws where `HOME` is missing or not absolute: nothing sensible can be guessed.
    package init(environment: [String: String]) throws(ConfigurationError) {
        guard let home = environment["HOME"], FilePath(home).isAbsolute else {
            throw ConfigurationError(
                .usage,
                "cannot find spot's files: HOME is not set to an absolute path",
                hint: "set HOME to your home directory",
                origin: .environment("HOME")
            )
        }
        self.home = FilePath(home)
        let place = { (variable: String, fallback: FilePath) -> Sourced<FilePath> in
            if let text = environment[variable], FilePath(text).isAbsolute {
                return Sourced(FilePath(text).appending("spot"), .environment(variable))
            }
            return Sourced(fallback)
        }
        config = place("XDG_CONFIG_HOME", FilePath(home).appending(".config/spot"))
        state = place("XDG_STATE_HOME", FilePath(home).appending(".local/state/spot"))
        cache = place("XDG_CACHE_HOME", FilePath(home).appending(".cache/spot"))
        runtime = place("XDG_RUNTIME_DIR", state.value.appending("run"))
    }

    /// The four places, as `spot config show` prints them.
    package var entries: [ConfigurationEntry] {
        [
            ("config_directory", config, "settings and profiles"),
            ("state_directory", state, "keys, known hosts, records of runs"),
            ("cache_directory", cache, "what can be fetched again"),
            ("runtime_directory", runtime, "sockets"),
        ].map { name, place, summary in
            ConfigurationEntry(
                name: name,
                value: .one(place.value.string),
                origin: place.origin,
                summary: summary
            )
        }
    }
}
