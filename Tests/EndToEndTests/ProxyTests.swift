import SpotTestSupport
import SystemPackage
import Testing

/// Proxies of the environment, which libcurl reads by itself.
@Suite struct ProxyTests {
    private static let refusal = LoopbackHTTPServer.Reaction.sendAndClose(
        "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n"
    )

    @Test func `HTTPS goes through HTTPS_PROXY, but not to a host in NO_PROXY`() async throws {
        try await LoopbackHTTPServer.serve(Self.refusal) { proxy in
            let variables = [
                "HTTPS_PROXY": "http://127.0.0.1:\(proxy.port)",
                "AWS_ENDPOINT_URL": "https://ec2.invalid",
            ]
            let result = try await spot(variables)
            #expect(result.status == 7)
            #expect(proxy.requests.first?.hasPrefix("CONNECT ec2.invalid:443 HTTP/1.1\r\n") == true)
            let count = proxy.connectionCount
            let direct = try await spot(variables.merging(["NO_PROXY": ".invalid"]) { $1 })
            #expect(direct.status == 7)
            #expect(proxy.connectionCount == count)
        }
    }

    @Test func `the instance's own services are never asked through a proxy`() async throws {
        try await LoopbackHTTPServer.serve(Self.refusal) { proxy in
            let result = try await spot([
                "http_proxy": "http://127.0.0.1:\(proxy.port)", "AWS_ACCESS_KEY_ID": "",
                "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:\(proxy.port)/imds",
            ])
            #expect(result.status == 4)
            #expect(proxy.requests.first?.hasPrefix("PUT /imds/latest/api/token ") == true)
        }
    }

    @Test func `a proxy that refuses is named, and what was not sent is no riddle`() async throws {
        let refusal = "HTTP/1.1 407 Who\r\nContent-Length: 0\r\n\r\n"
        try await LoopbackHTTPServer.serve(.sendAndClose(refusal)) { server in
            let home = try ScratchDirectory()
            let environment = [
                "PATH": "/usr/bin:/bin", "HOME": home.path.string, "AWS_REGION": "eu-west-1",
                "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
                "AWS_MAX_ATTEMPTS": "2", "HTTPS_PROXY": "http://127.0.0.1:\(server.port)",
            ]
            let program = ChildProcess(PackageRoot.product("spot"), environment: environment)
            let result = try await program.run(["list"])
            #expect(result.status == 7)
            #expect(
                result.talk == """
                    spot: error: cannot ask EC2 for DescribeInstances: cannot reach \
                    ec2.eu-west-1.amazonaws.com: the proxy refuses with status 407
                    spot: hint: check the network, and HTTPS_PROXY if there is one

                    """
            )
            #expect(server.requests.count == 2)
            #expect(server.requests[0].hasPrefix("CONNECT ec2.eu-west-1.amazonaws.com:443 "))
        }
    }

    /// Lists machines with these variables and no others.
    private func spot(_ variables: [String: String]) async throws -> ChildProcess.Result {
        let home = try ScratchDirectory()
        let usual = [
            "HOME": home.path.string, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "AKID",
            "AWS_SECRET_ACCESS_KEY": "secret",
        ]
        return try await ChildProcess(
            PackageRoot.product("spot"),
            environment: usual.merging(variables) { $1 }
        ).run(["list"])
    }
}
