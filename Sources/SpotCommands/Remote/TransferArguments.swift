import Glibc
import SpotSupport

/// The words after the machine's name, told apart.
enum TransferArguments {
    /// Looks at what is to be uploaded before anything is contacted; a link may lead nowhere.
    static func require(_ sources: [String]) throws(GeneralFailure) {
        for path in sources where path != "-" {
            guard unsafe faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 else {
                throw GeneralFailure(.usage, "cannot upload \(path): there is no such file")
            }
        }
    }

    /// One word is a source and goes `home`; of more, the last is the destination.
    static func split(_ words: [String], home: String) throws(GeneralFailure)
        -> (sources: [String], destination: String)
    {
        guard let last = words.last, !words.contains("") else {
            throw GeneralFailure(.usage, "cannot copy a file without a name")
        }
        return words.count == 1 ? (words, home) : (Array(words.dropLast()), last)
    }
}
