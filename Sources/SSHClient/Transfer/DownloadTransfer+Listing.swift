internal import SpotSupport
internal import SystemPackage

/// Directories: made here, listed there, and what the listings hold.
extension DownloadTransfer {
    func enter(_ next: WaitingDirectory) {
        do throws(Errno) {
            let permissions = next.mode & 0o777
            let made = try next.parent.makeDirectory(next.name, mode: permissions | 0o700)
            if permissions & 0o700 != 0o700 { lateModes.append((made, permissions)) }
            result.directories += 1
            list(next.source, into: made)
        } catch {
            note(
                next.source,
                SSHError.local(error, "make the directory \(PrintableName.of(next.name))")
            )
        }
    }

    func list(_ source: RemotePath, into directory: LocalDirectory) {
        listings += 1
        conversation.send(.openDirectory(source.bytes)) { [self] response throws(SSHError) in
            switch response {
            case .handle(let handle):
                readOn(handle, of: source, into: directory)
            case .status(let status):
                listings -= 1
                note(source, SSHError.remote(status, "list \(source) on the machine"))
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    private func readOn(_ handle: [UInt8], of source: RemotePath, into directory: LocalDirectory) {
        conversation.send(.readDirectory(handle)) { [self] response throws(SSHError) in
            switch response {
            case .names(let names):
                guard !names.isEmpty else {
                    throw SSHError.violation("it lists nothing without coming to an end")
                }
                for name in names { try take(name, of: source, into: directory) }
                readOn(handle, of: source, into: directory)
            case .status(let status):
                listings -= 1
                conversation.sendForStatus(.close(handle)) { _ in }
                if status != .endOfFile {
                    note(source, SSHError.remote(status, "list \(source) on the machine"))
                }
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }

    private func take(
        _ name: SFTPResponse.Name,
        of source: RemotePath,
        into directory: LocalDirectory
    ) throws(SSHError) {
        if name.bytes == [0x2E] || name.bytes == [0x2E, 0x2E] { return }
        let path = source.appending(name.bytes)
        guard TransferPlan.isSafe(name: name.bytes) else {
            return note(
                path,
                SSHError(.skipped, "left out \(path): its name would lead out of the target")
            )
        }
        switch name.attributes.kind {
        case .directory:
            directories.append(
                WaitingDirectory(
                    source: path,
                    parent: directory,
                    name: name.bytes,
                    mode: name.attributes.mode ?? 0o777
                )
            )
        case .file, nil:
            expect(name.attributes)
            files.append(
                WaitingFile(
                    source: path,
                    directory: directory,
                    name: name.bytes,
                    attributes: name.attributes
                )
            )
        case .link: fetchLink(path, name.bytes, into: directory)
        case .special: noteSpecial(path)
        }
    }

    private func fetchLink(_ path: RemotePath, _ name: [UInt8], into directory: LocalDirectory) {
        pendingOthers += 1
        conversation.send(.readLink(path.bytes)) { [self] response throws(SSHError) in
            pendingOthers -= 1
            switch response {
            case .names(let names):
                guard names.count == 1, !names[0].bytes.contains(0) else {
                    throw SSHError.violation("a link of it has not one target")
                }
                let temporary = TransferPlan.temporaryName()
                do throws(Errno) {
                    try directory.makeLink(to: names[0].bytes, at: temporary)
                    try directory.rename(temporary, to: name)
                    result.links += 1
                } catch {
                    directory.remove(temporary)
                    note(path, SSHError.local(error, "make the link \(PrintableName.of(name))"))
                }
            case .status(let status):
                note(path, SSHError.remote(status, "read the link \(path) on the machine"))
            default:
                throw SSHError.violation("it answers a request with something else than was asked")
            }
        }
    }
}
