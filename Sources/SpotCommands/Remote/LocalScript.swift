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
        let name = FilePath(path).lastComponent?.string ?? "script"
        return LocalScript(path: path, name: name, contents: try await contents(path, context))
    }

    /// A pipe will do as well as a file, and a pipe that nobody writes to can be cancelled.
    private static func contents(_ path: String, _ context: CommandContext) async throws -> [UInt8]
    {
        let file: FileDescriptor
        do {
            file = try FileDescriptor.open(
                FilePath(path),
                .readOnly,
                options: [.closeOnExec, .nonBlocking]
            )
        } catch {
            let errno = error as? Errno ?? .ioError
            guard errno != .noSuchFileOrDirectory else {
                throw GeneralFailure(.usage, "cannot run \(path): there is no such file")
            }
            throw GeneralFailure(.usage, SystemCallError(errno, "run \(path)").message)
        }
        defer { try? file.close() }
        return try await context.readAll(of: file, called: path)
    }
}
