import SpotTestSupport
import SystemPackage
import Testing

/// A proxy of the environment between here and AWS.
@Suite struct RefusingProxyTests {
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
}
