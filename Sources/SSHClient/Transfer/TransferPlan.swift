/// Where each thing goes, by the rules of `cp -R`, decided before anything is done.
enum TransferPlan {
    /// What stands at the destination.
    enum Destination: Hashable, Sendable {
        case missing
        case file
        case directory
    }

    /// The path that a source gets.
    ///
    /// Into an existing directory things go under their own names, but for a source that is named
    /// `.`, `..`, `/` or ends in `/.`: of such a one the content goes there.
    /// - Throws: `SSHError`, `.badRequest`, where `cp` refuses too.
    static func target(
        of source: RemotePath,
        isDirectory: Bool,
        amongMany: Bool,
        to destination: RemotePath,
        which found: Destination
    ) throws(SSHError) -> RemotePath {
        let name = source.name
        let hasName = !name.isEmpty && name != Array(".".utf8) && name != Array("..".utf8)
        switch (found, isDirectory) {
        case (.directory, _):
            return hasName ? destination.appending(name) : destination
        case _ where amongMany:
            throw SSHError(
                .badRequest,
                "cannot copy several things to \(destination): it is not a directory"
            )
        case (.missing, false) where destination.endsWithSlash:
            throw SSHError(
                .badRequest,
                "cannot copy \(source) to \(destination): there is no such directory"
            )
        case (.file, true):
            throw SSHError(
                .badRequest,
                "cannot copy the directory \(source) to \(destination): a file is there"
            )
        case (.file, false) where destination.endsWithSlash:
            throw SSHError(
                .badRequest,
                "cannot copy \(source) to \(destination): it is not a directory"
            )
        default:
            return destination
        }
    }

    /// A name for something incomplete, beside the final one.
    ///
    /// It does not contain that name, which may already be as long as names can be.
    static func temporaryName() -> [UInt8] {
        Array(".spot-\(String(UInt64.random(in: .min ... .max), radix: 36)).part".utf8)
    }

    /// Whether a name from the other side is one name inside its directory and nothing else.
    static func isSafe(name: [UInt8]) -> Bool {
        !name.isEmpty && name.count <= 255 && name != [0x2E] && name != [0x2E, 0x2E]
            && !name.contains(0) && !name.contains(RemotePath.slash)
    }
}
