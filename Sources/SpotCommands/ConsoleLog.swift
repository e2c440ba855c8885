import Logging
import SpotTerminal

/// Lets the layers below speak to the console: with `-vv` every request is a line.
struct ConsoleLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level = .debug
    private let console: any Console

    init(console: any Console) {
        self.console = console
        logLevel = console.traits.verbosity >= .debug ? .debug : .warning
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if event.level >= .warning {
            console.warning("\(event.message)")
        } else {
            console.debug("\(event.message)")
        }
    }
}
