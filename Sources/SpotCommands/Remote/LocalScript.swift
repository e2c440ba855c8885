import SpotSupport
import SystemPackage

/// A script of this computer, read before anything is done with it.
struct LocalScript: Sendable {
    /// As it was given on the command line; `-` for standard input, which is then empty for the script.
    let path: String
    /// What it is called on the machine: its own name, as it may look at it.
    let name: String
    let contents: [UInt8]

    var isStandardInput: Bool { path == "-" }

    /// - Throws: `GeneralFailure` of kind `usage` when there is nothing to run.
    static func read(_ path: String, _ context: CommandContext) async throws -> LocalScript {
        if path == "-" {
            return LocalScript(path: path, name: "script", contents: try await context.readInput())
        }
        do {
            guard let contents = try PrivateFile.read(FilePath(path)) else {
                throw GeneralFailure(.usage, "cannot run \(path): there is no such file")
            }
            let name = FilePath(path).lastComponent?.string ?? "script"
            return LocalScript(path: path, name: name, contents: contents)
        } catch let error as SystemCallError {
            throw GeneralFailure(.usage, error.message)
        }
    }
}
