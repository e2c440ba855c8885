package import SpotTerminal
import Synchronization

/// A console that keeps what it was told, for comparison with what it should have been told.
package final class RecordingConsole: Console {
    package let traits: ConsoleTraits
    private let width: Int
    private let brokenPipe: Bool
    private let state = Mutex(State())

    private struct State {
        var output: [UInt8] = []
        var talk: [UInt8] = []
        var liveLines: [String?] = []
        var failure: TerminalError?
    }

    /// By default neither stream is a terminal: what a script would see.
    ///
    /// With `brokenPipe`, every write to standard output fails as if its reader had gone.
    package init(
        traits: ConsoleTraits = ConsoleTraits(outputIsTerminal: false, talkIsTerminal: false),
        width: Int = 80,
        brokenPipe: Bool = false
    ) {
        self.traits = traits
        self.width = width
        self.brokenPipe = brokenPipe
    }

    /// A console as a person sees it: both streams on a terminal, without colour.
    package static func terminal(
        width: Int = 80,
        format: OutputFormat = .text,
        verbosity: Verbosity = .normal
    ) -> RecordingConsole {
        RecordingConsole(
            traits: ConsoleTraits(
                outputIsTerminal: true,
                talkIsTerminal: true,
                colour: .never,
                format: format,
                verbosity: verbosity
            ),
            width: width
        )
    }

    /// Everything written to standard output.
    package var output: String { String(decoding: outputBytes, as: UTF8.self) }

    package var outputBytes: [UInt8] { state.withLock { $0.output } }

    /// Everything written to standard error, without live lines.
    package var talk: String { String(decoding: state.withLock { $0.talk }, as: UTF8.self) }

    /// Each live line in turn; nil where it was removed.
    package var liveLines: [String?] { state.withLock { $0.liveLines } }

    package func columns(of stream: ConsoleStream) -> Int? {
        traits.isTerminal(stream) ? width : nil
    }

    package func write(_ bytes: [UInt8], to stream: ConsoleStream) throws(TerminalError) {
        if brokenPipe, stream == .output {
            let failure = TerminalError(.brokenPipe, "cannot write to standard output: broken pipe")
            state.withLock { $0.failure = $0.failure ?? failure }
            throw failure
        }
        state.withLock { state in
            switch stream {
            case .output: state.output += bytes
            case .talk: state.talk += bytes
            }
        }
    }

    package func setLiveLine(_ text: String?) {
        guard traits.canRedraw else { return }
        state.withLock { state in
            guard state.liveLines.last ?? nil != text else { return }
            state.liveLines.append(text)
        }
    }

    package func checkDelivery() throws(TerminalError) {
        if let failure = state.withLock({ $0.failure }) { throw failure }
    }
}
