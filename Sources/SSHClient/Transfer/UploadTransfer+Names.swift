internal import SpotSupport

/// Directories and links, and the names that finished things get.
extension UploadTransfer {
    func makeDirectory(
        _ item: LocalTree.Item,
        _ children: Range<Int>,
        at target: RemotePath
    ) {
        pendingOthers += 1
        let attributes = SFTPAttributes(mode: item.mode | 0o700)
        conversation.sendForStatus(.makeDirectory(target.bytes, attributes)) {
            [self] status throws(SSHError) in
            pendingOthers -= 1
            if status == .ok {
                if item.mode & 0o700 != 0o700 { lateModes.append((target, item.mode)) }
                enter(children, of: target)
            } else {
                checkDirectory(item, children, at: target, after: status)
            }
        }
    }

    /// The server could not make it: perhaps because it is there already.
    private func checkDirectory(
        _ item: LocalTree.Item,
        _ children: Range<Int>,
        at target: RemotePath,
        after status: SFTPStatus
    ) {
        pendingOthers += 1
        conversation.send(.status(target.bytes)) { [self] response throws(SSHError) in
            pendingOthers -= 1
            if case .attributes(let attributes) = response, attributes.kind == .directory {
                enter(children, of: target)
            } else if case .attributes = response {
                note(
                    item,
                    SSHError(.badRequest, "cannot make the directory \(target): a file is there")
                )
            } else {
                note(item, SSHError.remote(status, "make the directory \(target)"))
            }
        }
    }

    private func enter(_ children: Range<Int>, of target: RemotePath) {
        result.directories += 1
        for child in children.reversed() {
            ready.append((child, target.appending(tree.items[child].name)))
        }
    }

    func makeLink(_ item: LocalTree.Item, to linkTarget: [UInt8], at target: RemotePath) {
        let temporary = target.parent.appending(TransferPlan.temporaryName())
        pendingOthers += 1
        let request = SFTPRequest.makeLink(to: linkTarget, at: temporary.bytes)
        let number = conversation.sendForStatus(request) { [self] status throws(SSHError) in
            guard status == .ok else {
                temporaries[temporary] = nil
                pendingOthers -= 1
                note(item, SSHError.remote(status, "make the link \(target)"))
                return
            }
            settle(temporary, at: target) { [self] status in
                pendingOthers -= 1
                if status == .ok {
                    result.links += 1
                } else {
                    note(item, SSHError.remote(status, "make the link \(target)"))
                }
            }
        }
        temporaries[temporary] = Making(lane: lanes.first, request: number)
    }

    // MARK: Names

    /// Gives something complete its name, over what had it before; else removes it.
    func settle(
        _ temporary: RemotePath,
        at target: RemotePath,
        then reaction: @escaping (SFTPStatus) -> Void
    ) {
        guard !isAborting else { return remove(temporary) }
        let canReplace = conversation.features?.canReplace ?? false
        let first: SFTPRequest =
            canReplace
            ? .replace(temporary.bytes, target.bytes) : .rename(temporary.bytes, target.bytes)
        conversation.sendForStatus(first) { [self] status throws(SSHError) in
            if status == .ok || canReplace {
                haveSettled(temporary, status)
                return reaction(status)
            }
            guard !isAborting else { return }
            // Version 3 renames over nothing: the old file must go first.
            conversation.sendForStatus(.remove(target.bytes)) { _ in }
            conversation.sendForStatus(first) { [self] status throws(SSHError) in
                haveSettled(temporary, status)
                reaction(status)
            }
        }
    }

    private func haveSettled(_ temporary: RemotePath, _ status: SFTPStatus) {
        if status == .ok {
            temporaries[temporary] = nil
        } else {
            remove(temporary)
        }
    }

    func remove(_ temporary: RemotePath) {
        conversation.sendForStatus(.remove(temporary.bytes)) { [self] status throws(SSHError) in
            if status == .ok || status == .noSuchFile { temporaries[temporary] = nil }
        }
    }
}
