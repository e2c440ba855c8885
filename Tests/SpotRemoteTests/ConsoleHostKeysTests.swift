import SSHKeys
import SpotRemote
import Testing

struct ConsoleHostKeysTests {
    private static let blob = "AAAAC3NzaC1lZDI1NTE5AAAAIKHEChW5b3tYp1Vw9fpTgRXoBe2C4C0OBXVFvgfCGGp1"
    private static let fingerprint = "SHA256:rPZ1qoPOcbSnVhQMnCZfw5EpUf1cEZZpJn1f1nVg5Qs"

    private static func log(_ key: String, _ fingerprint: String) -> String {
        """
        [   12.101] ci-info: no authorized SSH keys fingerprints found for user admin.
        [   12.222] -----BEGIN SSH HOST KEY FINGERPRINTS-----
        [   12.222] 256 \(fingerprint) root@ip-172-31-0-4 (ED25519)
        [   12.223] -----END SSH HOST KEY FINGERPRINTS-----
        <14>Nov 20 10:00:00 cloud-init: -----BEGIN SSH HOST KEY KEYS-----
        ssh-ed25519 \(key) root@ip-172-31-0-4
        -----END SSH HOST KEY KEYS-----
        """
    }

    @Test func `keys and fingerprints are found behind time stamps and prefixes`() throws {
        let found = ConsoleHostKeys(consoleOutput: Self.log(Self.blob, Self.fingerprint))
        #expect(found.fingerprints.map(\.rawValue) == [Self.fingerprint])
        #expect(found.keys.map(\.algorithm.rawValue) == ["ssh-ed25519"])
    }

    @Test func `after a reboot the last block counts`() {
        let first = Self.log(Self.blob, "SHA256:old")
        let found = ConsoleHostKeys(
            consoleOutput: first + "\r\n" + Self.log(Self.blob, "SHA256:new")
        )
        #expect(found.fingerprints.map(\.rawValue) == ["SHA256:new"])
    }

    @Test(arguments: [
        "", "garbage", "-----BEGIN SSH HOST KEY KEYS-----\nssh-ed25519",
        "-----END SSH HOST KEY KEYS-----\n-----BEGIN SSH HOST KEY KEYS-----",
        "-----BEGIN SSH HOST KEY KEYS-----\nssh-ed25519 notbase64!\n-----END SSH HOST KEY KEYS-----",
    ])
    func `row 24: an empty, cut or broken console holds no keys`(log: String) {
        #expect(ConsoleHostKeys(consoleOutput: log).isEmpty)
    }
}
