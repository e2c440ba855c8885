import Glibc
import SpotSupport

/// The words after the machine's name, told apart.
enum TransferArguments {
    /// Standard input as a source, standard output as a destination.
    private static let dash = "-"
    private static let dashHint = "'./-' is a file of that name"

    /// Looks at what `launch` is to upload before anything is contacted; a link may lead nowhere.
    static func require(_ sources: [String]) throws(GeneralFailure) {
        for path in sources {
            guard path != dash else {
                throw GeneralFailure(
                    .usage,
                    "cannot upload standard input into a directory: it has no name",
                    hint: "'spot upload NAME - FILE' names it"
                )
            }
            guard unsafe faccessat(AT_FDCWD, path, F_OK, AT_SYMLINK_NOFOLLOW) == 0 else {
                throw GeneralFailure(.usage, "cannot upload \(path): there is no such file")
            }
        }
    }

    /// What an upload sends where; standard input is sent alone and to a file that has a name.
    static func upload(_ words: [String]) throws(GeneralFailure)
        -> (sources: [String], destination: String)
    {
        let (sources, destination) = try split(words)
        guard !sources.contains(dash) || words.count == 2 else {
            throw GeneralFailure(
                .usage,
                "cannot upload standard input into a directory: it has no name",
                hint: "name the one file to write; \(dashHint)"
            )
        }
        guard destination != dash else {
            throw GeneralFailure(
                .usage,
                "cannot upload to standard output: it is on this side",
                hint: dashHint
            )
        }
        return (sources, destination)
    }

    /// What a download fetches from where; standard output takes one file.
    static func download(_ words: [String]) throws(GeneralFailure)
        -> (sources: [String], destination: String)
    {
        let (sources, destination) = try split(words)
        guard !sources.contains(dash) else {
            throw GeneralFailure(
                .usage,
                "cannot download -: it comes last, after one file, and stands for standard output",
                hint: dashHint
            )
        }
        guard destination != dash || sources.count == 1 else {
            throw GeneralFailure(
                .usage,
                "cannot download \(sources.count) files to standard output: it takes one"
            )
        }
        return (sources, destination)
    }

    /// One word is a source, and what it names goes to the home or current directory; of more, the
    /// last is the destination.
    private static func split(_ words: [String]) throws(GeneralFailure)
        -> (sources: [String], destination: String)
    {
        guard let last = words.last, !words.contains("") else {
            throw GeneralFailure(.usage, "cannot copy a file without a name")
        }
        return words.count == 1 ? (words, ".") : (Array(words.dropLast()), last)
    }
}
