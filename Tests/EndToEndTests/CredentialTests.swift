import Foundation
import SpotTestSupport
import SystemPackage
import Testing

/// Credentials of the real program: a code typed on a real terminal, a session kept for later.
@Suite struct CredentialTests {
    @Test func `a code is asked for on the terminal, once for many commands, and never elsewhere`()
        async throws
    {
        let computer = try await computerWithRole()
        let refused = try await computer.spot("list", expecting: 4)
        #expect(
            refused.talk == """
                spot: error: cannot ask EC2 for DescribeInstances: cannot use role_arn of profile \
                admin in \(computer.files("home"))/.aws/config: it wants a code of \
                arn:aws:iam::123456789012:mfa/ada: cannot ask “code of \
                arn:aws:iam::123456789012:mfa/ada”: there is no terminal
                spot: hint: run a command in a terminal first; the session is kept for the next ones

                """
        )

        let window = try PseudoTerminal()
        let process = try computer.program.start(["list"], onTerminal: window.path)
        _ = try await window.screen.text(until: "code of arn:aws:iam::123456789012:mfa/ada: ")
        try window.type("123456\r")
        #expect(try await process.end(within: .seconds(60)) == 0)

        // The session is kept, readable to nobody else, and serves without a terminal.
        try await computer.spot("list")
        let modes = try await computer.run(
            "/usr/bin/find",
            computer.files("home").appending(".cache/spot/credentials").string,
            "-type",
            "f",
            "-printf",
            "%m\n"
        )
        #expect(modes.output == "600\n")
        let shown = try await computer.spot("config", "show").output
        #expect(shown.contains("\tthe role of profile admin\n"))
        #expect(shown.contains("account 123456789012"))
    }

    /// A computer whose only way in is a role that wants a code.
    private func computerWithRole() async throws -> Computer {
        var computer = try await Computer(region: "ap-south-1")
        let folder = computer.files("home").appending(".aws")
        try FileManager.default.createDirectory(
            atPath: folder.string,
            withIntermediateDirectories: true
        )
        let lab = computer.lab.environment
        try """
        [profile admin]
        role_arn = arn:aws:iam::123456789012:role/admin
        source_profile = base
        mfa_serial = arn:aws:iam::123456789012:mfa/ada
        [profile base]
        aws_access_key_id = \(lab["AWS_ACCESS_KEY_ID"] ?? "")
        aws_secret_access_key = \(lab["AWS_SECRET_ACCESS_KEY"] ?? "")
        """.write(toFile: folder.appending("config").string, atomically: true, encoding: .utf8)
        computer.variables = [
            "AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_PROFILE": "admin",
        ]
        return computer
    }
}
