/// How a remote command ended.
package enum RemoteExit: Sendable, Hashable {
    case status(Int32)
    /// The name of the signal without `SIG`: `KILL`.
    case signal(String)

    /// One number as shells give it: the status, or 128 and the signal's number.
    package var shellStatus: Int32 {
        switch self {
        case .status(let status): status
        case .signal(let name): 128 + (Self.numbers[name] ?? 127)
        }
    }

    /// The signals of RFC 4254 §6.10 and those that OpenSSH adds, with Linux's numbers.
    private static let numbers: [String: Int32] = [
        "HUP": 1, "INT": 2, "QUIT": 3, "ILL": 4, "TRAP": 5, "ABRT": 6, "BUS": 7, "FPE": 8,
        "KILL": 9, "USR1": 10, "SEGV": 11, "USR2": 12, "PIPE": 13, "ALRM": 14, "TERM": 15,
    ]
}
