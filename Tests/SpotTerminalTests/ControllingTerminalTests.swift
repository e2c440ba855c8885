import SpotSupport
import SpotTerminal
import SpotTestSupport
import SystemPackage
import Testing

struct ControllingTerminalTests {
    private func ask(
        _ terminal: PseudoTerminal,
        isSecret: Bool,
        typing keys: String,
        after question: String
    ) async throws -> (answer: String?, shown: String) {
        let source = ControllingTerminal(talkIsTerminal: true, path: terminal.path)
        async let answer = source.answer(to: question, isSecret: isSecret)
        var shown = try await terminal.screen.text(until: question)
        try terminal.type(keys)
        let answered = try await answer
        try terminal.device.writeAll(Array("!".utf8))
        shown += try await terminal.screen.text(until: "!")
        return (answered, shown)
    }

    @Test func `an answer is read from the terminal and echoed`() async throws {
        let terminal = try PseudoTerminal()
        let (answer, shown) = try await ask(
            terminal,
            isSecret: false,
            typing: "yes\n",
            after: "go on? "
        )
        #expect(answer == "yes")
        #expect(shown == "go on? yes\r\n!")
    }

    @Test func `a secret is never shown and the echo comes back`() async throws {
        let terminal = try PseudoTerminal()
        let (answer, shown) = try await ask(
            terminal,
            isSecret: true,
            typing: "s3cret\n",
            after: "passphrase: "
        )
        #expect(answer == "s3cret")
        #expect(shown == "passphrase: \r\n!")
        #expect(terminal.mode == .cooked)
    }

    @Test func `the end of input is no answer`() async throws {
        let terminal = try PseudoTerminal()
        let (answer, _) = try await ask(
            terminal,
            isSecret: false,
            typing: "\u{4}",
            after: "go on? "
        )
        #expect(answer == nil)
    }

    @Test func `a cancelled question ends, and the echo comes back`() async throws {
        let terminal = try PseudoTerminal()
        let source = ControllingTerminal(talkIsTerminal: true, path: terminal.path)
        await withTaskGroup(of: FailureKind?.self) { group in
            group.addTask {
                do throws(TerminalError) {
                    _ = try await source.answer(to: "passphrase: ", isSecret: true)
                    return nil
                } catch { return error.kind }
            }
            let shown = try? await terminal.screen.text(until: "passphrase: ")
            #expect(shown != nil)
            group.cancelAll()
            #expect(await group.next() == .cancelled)
        }
        #expect(terminal.mode == .cooked)
    }

    @Test func `nobody is there when the talk is not seen or the terminal is none`() throws {
        let terminal = try PseudoTerminal()
        #expect(ControllingTerminal(talkIsTerminal: true, path: terminal.path).isAvailable)
        #expect(!ControllingTerminal(talkIsTerminal: false, path: terminal.path).isAvailable)
        #expect(!ControllingTerminal(talkIsTerminal: true, path: "/dev/null").isAvailable)
        #expect(!ControllingTerminal(talkIsTerminal: true, path: "/nonexistent").isAvailable)
    }
}
