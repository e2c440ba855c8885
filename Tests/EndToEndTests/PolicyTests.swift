import SpotTestSupport
import Testing

/// docs/iam-policy.json is enough for everything that spot does, and for nothing else.
@Suite struct PolicyTests {
    @Test func `the main job needs no permission beyond the published policy`() async throws {
        let computer = try await Computer(lab: try await Lab.own())
        try await computer.lab.command("policy", PackageRoot.path + "/docs/iam-policy.json")
        try computer.files.write(Array("data\n".utf8), to: "data.txt")
        try computer.files.write(Array("#!/bin/sh\ncat data.txt\n".utf8), to: "work.sh")
        try await computer.spot("launch", "policy", "--dry-run")
        try await computer.spot("launch", "policy", "-u", "data.txt")
        try await computer.spot("launch", "policy")
        for words in [
            ["list"], ["list", "--all-regions"], ["status", "policy"], ["price", "t3.small"],
            ["wait", "policy", "--for", "ready"], ["ssh-config", "policy"], ["config", "show"],
            ["doctor"],
        ] {
            let result = try await computer.program.run(words, within: Computer.patience)
            #expect(result.status == 0, "\(words): \(result.talk)\(result.output)")
        }
        let run = try await computer.spot("run", "policy", "work.sh")
        #expect(run.output == "data\n")
        try await computer.spot("download", "policy", "data.txt", "back.txt")
        try await computer.spot("launch", "policy-od", "--market", "on-demand")
        try await computer.spot("stop", "policy-od")
        try await computer.spot("start", "policy-od")
        try await computer.spot("terminate", "policy", "policy-od")
        try await expectNoDenial(computer)
        // The witness looks at more than spot does.
        try await computer.lab.command("policy")
        for name in ["policy", "policy-od"] {
            let leftovers = try await computer.leftovers(name)
            #expect(leftovers == [])
        }
    }

    private func expectNoDenial(_ computer: Computer) async throws {
        let text = try await computer.lab.command("decisions", "--json").output
        let decisions = try JSONValue(decoding: text)["decisions"].list
        let denied = decisions.filter { $0["allowed"] != .bool(true) }
        #expect(denied.map { "\($0["action"].text ?? "") \($0["resource"].text ?? "")" } == [])
        #expect(decisions.count > 50)
    }

    @Test func `under the published policy another's machine cannot be touched`() async throws {
        let computer = try await Computer(lab: try await Lab.own())
        let images = try await computer.boto("describe_images", ["Owners": ["amazon"]])
        let image = try #require(images["Images"][0]["ImageId"].text)
        let made = try await computer.boto(
            "run_instances",
            [
                "ImageId": .text(image), "InstanceType": "t3.small", "MinCount": .number(1),
                "MaxCount": .number(1),
            ]
        )
        let id = try #require(made["Instances"][0]["InstanceId"].text)
        try await computer.lab.command("policy", PackageRoot.path + "/docs/iam-policy.json")
        let refused = try await computer.spot("terminate", "--id", id, "--yes", expecting: 4)
        #expect(refused.talk.contains("UnauthorizedOperation"))
        let states = try await computer.boto(
            "describe_instances",
            ["InstanceIds": [.text(id)]],
            query: "Reservations[].Instances[].State.Name"
        )
        #expect(states[0].text != "terminated" && states[0].text != "shutting-down")
    }
}
