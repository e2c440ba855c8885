import Foundation
import SpotTestSupport
import SystemPackage
import Testing

/// The whole job of a newcomer, with boto3 and OpenSSH as witnesses.
@Suite struct MainJobTests {
    @Test func `a machine is launched, fed, worked on, read back and gone`() async throws {
        let computer = try await Computer()
        try makeDataSet(computer.files)
        let launched = try await computer.spot("launch", "job-web", "-p", "t3.small")
        #expect(launched.output == "")
        #expect(
            launched.lines.last?.hasPrefix("spot: job-web is ready: t3.small in us-east-1") == true
        )

        try await computer.spot("upload", "job-web", "data", "single.txt", ".")
        let script = """
            #!/bin/bash
            mkdir -p results && wc -c < data/numbers.txt > results/count
            cp single.txt results/
            echo "args=$# first=$1 mode=$MODE cwd=$PWD"
            echo "to stderr" >&2
            exit 42
            """
        try computer.files.write(Array(script.utf8), to: "work.sh")
        let run = try await computer.spot(
            "run",
            "-e",
            "MODE=a b'c",
            "job-web",
            "work.sh",
            "one two",
            "$(id)",
            expecting: 42
        )
        #expect(run.output == "args=2 first=one two mode=a b'c cwd=/home/ec2-user\n")
        #expect(run.talk == "to stderr\n")

        try await computer.spot("download", "job-web", "results", "back")
        #expect(try text(computer, "back/count") == "588895\n")
        #expect(try text(computer, "back/single.txt") == "only one\n")

        let removed = try await computer.spot("terminate", "job-web")
        #expect(removed.lines.last?.hasPrefix("spot: job-web: removed instance i-") == true)
        let leftovers = try await computer.leftovers("job-web")
        #expect(leftovers == [])
        #expect(try computer.pins() == [])
    }

    @Test func `plain ssh and rsync work under the printed configuration`() async throws {
        let computer = try await Computer()
        try makeDataSet(computer.files)
        try await computer.withMachine("job-ssh") { name async throws in
            let config = try await computer.spot("ssh-config", name)
            try computer.files.write(config.outputBytes, to: "web.conf")
            let there = try await computer.run(
                "/usr/bin/ssh",
                "-F",
                "web.conf",
                "-o",
                "BatchMode=yes",
                name,
                "hostname; exit 7"
            )
            #expect(there.status == 7, "\(there.talk)")
            #expect(there.output.hasPrefix("ip-172-31-"))
            let copied = try await computer.run(
                "/usr/bin/rsync",
                "-e",
                "ssh -F web.conf -o BatchMode=yes",
                "-a",
                "data",
                "\(name):"
            )
            #expect(copied.status == 0, "\(copied.talk)")
            let seen = try await computer.spot("exec", name, "md5sum <data/numbers.txt")
            let here = try await computer.run("/usr/bin/md5sum", "data/numbers.txt")
            #expect(seen.output.prefix(32) == here.output.prefix(32))
        }
    }

    @Test func `list and status tell programs the same as boto3`() async throws {
        let computer = try await Computer(region: "eu-west-1")
        #expect(try await computer.spot("list", "--json").json == [])
        try await computer.withMachine("job-list", "-p", "compute") { name async throws in
            let list = try await computer.spot("list", "--json").json
            let status = try await computer.spot("status", name, "--json").json
            let seen = try await computer.instances(
                name,
                query: "{id: InstanceId, type: InstanceType, address: PublicIpAddress}"
            )
            #expect(list[0]["id"] == seen[0]["id"])
            #expect(status["type"] == seen[0]["type"])
            #expect(status["address"] == seen[0]["address"])
            #expect(status["state"] == "running")
            #expect(status["market"] == "spot")
            #expect(status["region"] == "eu-west-1")
            #expect(try await computer.spot("list", "-q").output == "job-list\n")
        }
    }

    private func makeDataSet(_ files: ScratchDirectory) throws {
        let numbers = (1...100_000).map { "\($0)\n" }.joined()
        try FileManager.default.createDirectory(
            atPath: files("data").string,
            withIntermediateDirectories: false
        )
        try files.write(Array(numbers.utf8), to: "data/numbers.txt")
        try files.write([], to: "data/empty")
        try files.write(Array("only one\n".utf8), to: "single.txt")
    }

    private func text(_ computer: Computer, _ name: String) throws -> String {
        String(decoding: try ScratchDirectory.read(computer.files(name)), as: UTF8.self)
    }
}
