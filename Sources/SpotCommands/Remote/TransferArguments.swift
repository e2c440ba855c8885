import SpotSupport

/// The words after the machine's name, told apart.
enum TransferArguments {
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
