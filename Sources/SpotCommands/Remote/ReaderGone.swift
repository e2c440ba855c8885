import Glibc
import SpotSupport

/// Whoever read our standard output has closed it, as `head` does: an end without a word, with the
/// status that `SIGPIPE` gives.
struct ReaderGone: Failure {
    var kind: FailureKind { .remoteStatus(128 + SIGPIPE) }
    var message: String { "cannot write to standard output: nobody reads it any more" }
}
