import AWSRuntime
import AWSServices
import FoundationEssentials
import HTTPTransport
import SpotSupport
import SpotTestSupport
import SystemPackage
import Testing

/// What `spot doctor` finds on this computer, and on the way to AWS.
struct DoctorLocalTests {
    @Test func `a mistake in the settings is a finding, and the only verb that goes on is this`()
        async throws
    {
        let scenario = try CommandScenario.inOrder()
        try scenario.write("regio: x\n", to: ".config/spot/config.yaml")
        #expect(
            await scenario.findings()[0]
                == "problem\tsettings\tcannot read /home/ada/.config/spot/config.yaml:1: regio is no "
                + "field that spot knows\tdid you mean region?"
        )
        #expect(await scenario.run("doctor").status == 2)
        #expect(await scenario.run("list").status == 2)
    }

    @Test func `profiles that cannot be used are named`() async throws {
        let scenario = try CommandScenario.inOrder()
        try scenario.write("base: nothing\n", to: ".config/spot/profiles/mine.yaml")
        let row = await scenario.findings()[0]
        #expect(row.hasPrefix("problem\tprofiles\t1 of 8 cannot be used (mine): "))
    }

    @Test func `a key that others can read ends with 1`() async throws {
        let scenario = try CommandScenario.inOrder()
        try scenario.haveKey()
        try scenario.home.write(
            "x".utf8,
            to: ".local/state/spot/keys/web",
            mode: [.ownerReadWrite, .groupRead]
        )
        #expect(
            await scenario.findings()[0]
                == "problem\tkeys\tthe key of web is open to others (0640), and ssh refuses such a key\t"
                + "chmod 600 /home/ada/.local/state/spot/keys/web"
        )
        #expect(await scenario.run("doctor").status == 1)
    }

    @Test(
        arguments: [
            ("Fri, 02 Jan 2026 03:03:00 GMT", 0, "warning", "1 min 5 s ahead"),
            ("Fri, 02 Jan 2026 04:04:05 GMT", 4, "problem", "1 h behind"),
        ]
    )
    func `2 a clock that is wrong is told before AWS refuses because of it`(
        date: String,
        status: Int32,
        verdict: String,
        size: String
    ) async throws {
        let scenario = try CommandScenario.inOrder()
        scenario.address.show(date)
        let row = await scenario.findings()[0]
        #expect(row.hasPrefix("\(verdict)\tclock\tthis computer's clock is \(size)"))
        #expect(row.hasSuffix("\tsudo timedatectl set-ntp true"))
        #expect(await scenario.run("doctor").status == status)
    }

    @Test func `without list prices the permission is named`() async throws {
        let scenario = try CommandScenario.inOrder()
        scenario.pricing.refuse(with: "AccessDeniedException")
        #expect(await scenario.findings()[0].contains("not allowed: pricing:GetProducts\t"))
    }

    @Test func `a variable that is wrong is left out, and nothing else`() async throws {
        var scenario = try CommandScenario.inOrder()
        scenario.environment["SPOT_SSH_PORT"] = "abc"
        scenario.environment["SPOT_CHECKIP_URL"] = "https://ip.test/"
        let rows = await scenario.findings()
        #expect(
            rows[0] == "problem\tsettings\tcannot use SPOT_SSH_PORT: it must be a port from 1 to "
                + "65535, not “abc”\t"
        )
        #expect(rows.count == 2)
        #expect(scenario.address.requests.contains { $0.url.description == "https://ip.test/" })
    }
}
