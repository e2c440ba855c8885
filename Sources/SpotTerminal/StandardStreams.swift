import Glibc

/// The descriptors 0, 1 and 2.
package enum StandardStreams {
    /// Fills those that were closed when the program started, so that nothing else gets their numbers:
    /// standard input is then at its end, and writing to the others fails with `EBADF`.
    ///
    /// Must run before anything is opened.
    package static func occupy() {
        for number in Int32(0)...2 where fcntl(number, F_GETFD) < 0 {
            // The lowest free number is this one.
            _ = unsafe open("/dev/null", O_RDONLY)
        }
    }
}
