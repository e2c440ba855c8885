import SpotTestSupport
import SystemPackage
import Testing

/// Whose certificates are believed, tried on a server of another make.
@Suite struct CertificateTests {
    /// Answers every request with a page that is not of AWS.
    private static let server = """
        import http.server, ssl, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Length", "6")
                self.end_headers()
                self.wfile.write(b"<html>")
            def log_message(self, *args):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain("certificate", "key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        print("listening on", server.server_address[1], file=sys.stderr)
        server.serve_forever()
        """

    @Test func `a server is believed only by a bundle that vouches for it`() async throws {
        let files = try ScratchDirectory()
        let made = try await ChildProcess("/usr/bin/openssl").run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", files("key").string, "-out", files("certificate").string, "-days", "2",
            "-subj", "/CN=spot", "-addext", "subjectAltName=IP:127.0.0.1",
        ])
        #expect(made.status == 0)
        let server = try WatchedProgram(
            ChildProcess("/usr/bin/env"),
            ["python3", "-u", "-c", Self.server],
            in: files.path
        )
        try await server.says("listening on ")
        let port = try await server.says("\n").dropLast()
        let address = "https://127.0.0.1:\(port)"

        let doubted = try await spot(["AWS_ENDPOINT_URL": address], files)
        #expect(doubted.status == 7)
        #expect(doubted.talk.contains("AWS_CA_BUNDLE names a file"))
        for variable in ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"] {
            let bundle = [variable: files("certificate").string]
            let believed = try await spot(
                bundle.merging(["AWS_ENDPOINT_URL": address]) { $1 },
                files
            )
            // What answers is no EC2, but it was heard.
            #expect(believed.status == 1)
            #expect(believed.talk.contains("a web page came back"))
        }
        server.signal(15)
        _ = try await server.end()
    }

    private func spot(
        _ variables: [String: String],
        _ files: ScratchDirectory
    ) async throws -> ChildProcess.Result {
        let usual = [
            "HOME": files.path.string, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID",
            "AWS_SECRET_ACCESS_KEY": "secret",
        ]
        return try await ChildProcess(
            PackageRoot.product("spot"),
            environment: usual.merging(variables) { $1 }
        ).run(["list"])
    }
}
