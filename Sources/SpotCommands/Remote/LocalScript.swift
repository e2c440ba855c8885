import SpotSupport
import SystemPackage

/// A script on this computer.
enum LocalScript {
    /// - Throws: `GeneralFailure` of kind `usage` when there is nothing to run.
    static func read(_ path: String) throws -> [UInt8] {
        do {
            guard let contents = try PrivateFile.read(FilePath(path)) else {
                throw GeneralFailure(.usage, "cannot run \(path): there is no such file")
            }
            return contents
        } catch let error as SystemCallError {
            throw GeneralFailure(.usage, error.message)
        }
    }

    /// Reads them all, so that one that is not there is found before anything is contacted; `-` is
    /// standard input and always there.
    static func require(_ paths: [String]) throws {
        for path in paths where path != "-" { _ = try read(path) }
    }

    /// The name the script has on the machine: its own, as it may look at it.
    static func name(_ path: String) -> String {
        FilePath(path).lastComponent?.string ?? "script"
    }
}
