import AWSRuntime
import Glibc
import SystemPackage

/// What looking for credentials threw; nil where it found some.
func failure<Value>(_ body: () async throws -> Value) async -> AWSConfigurationError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? AWSConfigurationError
    }
}

/// The permission bits of a file.
enum FileMode {
    static func of(_ path: FilePath) throws -> UInt32 {
        var status = stat()
        guard unsafe stat(path.string, &status) == 0 else { throw Errno(rawValue: errno) }
        return status.st_mode & 0o777
    }
}
