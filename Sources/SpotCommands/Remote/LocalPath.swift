import Glibc

/// A path of this computer.
enum LocalPath {
    /// Whether something is there, a broken link included (`lstat(2)`).
    static func exists(_ path: String) -> Bool {
        var found = stat()
        return unsafe lstat(path, &found) == 0
    }
}
