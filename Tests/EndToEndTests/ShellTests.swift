import Glibc
import SpotTestSupport
import Testing

/// The shell on a real terminal: what a person at a keyboard meets.
@Suite struct ShellTests {
    @Test func `a shell has the terminal's size, type and language, and hands on its status`()
        async throws
    {
        let computer = try await Computer()
        try await computer.withMachine("shell-main") { name async throws in
            let (window, process) = try await openShell(name, computer)
            #expect(window.mode == .raw)
            try window.type("stty size; echo $TERM $LANG; echo sm\"\"all\r")
            let small = try await window.screen.text(until: "small\r\n")
            #expect(small.contains("24 80\r\n"))
            #expect(small.contains("\r\nxterm-256color C.UTF-8\r\n"))

            try window.resize(columns: 132, rows: 50)
            try window.type("until stty size | grep '50 132'; do :; done; echo lar\"\"ge\r")
            #expect(try await window.screen.text(until: "large\r\n").contains("50 132\r\n"))

            try window.type("printf '%s' 'žluťoučký 🐎' | od -An -tx1 | tr -d ' \\n'; echo '<'\r")
            let bytes = try await window.screen.text(until: "<\r\n")
            #expect(bytes.contains("c5be6c75c5a56f75c48d6bc3bd20f09f908e<"))
            try window.type("exit 9\r")
            #expect(try await process.end(within: .seconds(10)) == 9)
            #expect(window.mode == .cooked)
        }
    }

    @Test func `Ctrl-C and Ctrl-Z reach the program there, not spot here`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("shell-keys") { name async throws in
            let (window, process) = try await openShell(name, computer)
            try window.type("sh -c 'echo st\"\"arted; exec sleep 100'\r")
            _ = try await window.screen.text(until: "started\r\n")
            try window.type("\u{3}")
            _ = try await window.screen.text(until: "$ ")
            try window.type("echo interrupted:$?\r")
            _ = try await window.screen.text(until: "interrupted:130\r\n")
            try window.type("sh -c 'echo ag\"\"ain; exec sleep 100'\r")
            _ = try await window.screen.text(until: "again\r\n")
            try window.type("\u{1a}")
            _ = try await window.screen.text(until: "Stopped")
            _ = try await window.screen.text(until: "$ ")
            try window.type("disown -a; exit 0\r")
            #expect(try await process.end(within: .seconds(10)) == 0)
        }
    }

    @Test func `a tilde and a dot at the start of a line leave a shell that hangs`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("shell-tilde") { name async throws in
            let (window, process) = try await openShell(name, computer)
            try window.type("echo ~.no; echo st\"\"arted; sleep 100\r")
            let shown = try await window.screen.text(until: "started\r\n")
            #expect(shown.contains("\r~.no\r\n"))
            try window.type("\r~.")
            #expect(try await process.end(within: .seconds(10)) == 0)
            #expect(window.mode == .cooked)
        }
    }

    @Test func `a connection that is cut can be made again, or ends the shell with 255`()
        async throws
    {
        let computer = try await Computer()
        try await computer.withMachine("shell-cut") { name async throws in
            let id = try #require(try await computer.instances(name)[0].text)
            let (window, process) = try await openShell(name, computer)
            for answer in ["y", "n"] {
                try await computer.lab.command("host", id, "--cut")
                let asked = try await window.screen.text(until: "reconnect? [y/N] ")
                #expect(asked.contains("the connection was lost: "))
                #expect(asked.contains("\(name) is running: "))
                #expect(window.mode == .cooked)
                try window.type("\(answer)\r")
                if answer == "y" { _ = try await window.screen.text(until: "$ ") }
            }
            #expect(try await process.end(within: .seconds(10)) == 255)
            #expect(window.mode == .cooked)
            _ = try await window.screen.text(until: "error:")
        }
    }

    @Test func `a shell on a machine that AWS took back says so and asks nothing`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("shell-taken") { name async throws in
            let id = try #require(try await computer.instances(name)[0].text)
            let (window, process) = try await openShell(name, computer)
            try await computer.lab.command("interrupt", id, "--notice", "0")
            #expect(try await process.end(within: .seconds(30)) == 255)
            let shown = try await window.screen.text(until: "starts it anew")
            #expect(shown.contains("the connection was lost: "))
            #expect(shown.contains("cannot use \(name): AWS took \(id) back"))
            #expect(!shown.contains("reconnect?"))
        }
    }

    @Test func `a shell that is terminated gives the terminal back first`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("shell-term") { name async throws in
            let (window, process) = try await openShell(name, computer)
            process.signal(SIGTERM)
            #expect(try await process.end(within: .seconds(10)) == 130)
            #expect(window.mode == .cooked)
        }
    }

    @Test func `a command gets a terminal with shell and exec -t, and none without`() async throws {
        let computer = try await Computer()
        try await computer.withMachine("shell-exec") { name async throws in
            for words in [["exec", "-t", name, "--"], ["shell", name, "--"]] {
                let window = try PseudoTerminal()
                let process = try computer.program.start(
                    words + ["sh", "-c", "tty; exit 5"],
                    onTerminal: window.path
                )
                _ = try await window.screen.text(until: "/dev/pts/")
                #expect(try await process.end(within: .seconds(10)) == 5)
            }
            #expect(
                try await computer.spot("exec", name, "tty", expecting: 1).output == "not a tty\n"
            )
            try await computer.spot("shell", name, expecting: 2)
        }
    }

    private func openShell(_ name: String, _ computer: Computer) async throws -> (
        PseudoTerminal, RunningProcess
    ) {
        let window = try PseudoTerminal()
        let process = try computer.program.start(["shell", name], onTerminal: window.path)
        _ = try await window.screen.text(until: "$ ")
        return (window, process)
    }
}
