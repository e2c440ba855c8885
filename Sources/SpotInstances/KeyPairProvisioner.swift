import AWSRuntime
package import AWSServices
package import SSHKeys
import SpotSupport

/// Brings the machine's public key to EC2 under the machine's name.
package struct KeyPairProvisioner: Sendable {
    private let ec2: any EC2Client
    let keys: KeyStore

    package init(ec2: any EC2Client, keys: KeyStore) {
        self.ec2 = ec2
        self.keys = keys
    }

    /// What `check` found out before anything is created.
    package enum Finding: Hashable, Sendable {
        /// EC2 has this very key.
        case imported
        /// EC2 has no key pair of the name.
        case missing
        /// Nobody has looked: there is no key here either, so that importing a new one tells.
        case unknown
    }

    /// The same as `check` where there is a key on this computer; else nothing is asked.
    func checkKnown(_ name: MachineName) async throws -> Finding {
        try keys.key(for: name) == nil ? .unknown : try await check(name)
    }

    /// Looks whether the key here and the key pair at EC2 can belong together; changes nothing.
    /// - Throws: `GeneralFailure` of kind `conflict` with the way out.
    /// - Parameter isNewHere: The key here was made a moment ago, for a key pair that was not expected.
    package func check(_ name: MachineName, isNewHere: Bool = false) async throws -> Finding {
        let local = try keys.key(for: name)
        let pairs = try await ec2.describeKeyPairs(
            DescribeKeyPairs(filters: [Filter("key-name", [name.text])])
        )
        guard let pair = pairs.first else { return .missing }
        if let local, let line = pair.publicKey, let theirs = try? PublicKey(line: line),
            theirs == local.publicKey
        {
            return .imported
        }
        throw conflict(
            name,
            pair,
            local == nil || isNewHere
                ? "its private key is not on this computer"
                : "it differs from \(keys.path(for: name))"
        )
    }

    /// Makes the key here if there is none, then imports its public half if EC2 has none.
    ///
    /// The key is on disk before EC2 hears of it, so a kill in between loses nothing.
    package func provision(
        _ name: MachineName,
        finding: Finding,
        owner: String,
        tags others: [String: String] = [:],
        journal: LaunchJournal = LaunchJournal()
    ) async throws -> KeyFile {
        let key = try await claimKey(name, owner: owner, journal: journal)
        guard finding != .imported else { return key }
        journal.note { $0.keyPair = .attempted }
        do {
            _ = try await ec2.importKeyPair(
                ImportKeyPair(
                    name: KeyPairName(name.text),
                    publicKey: key.publicKey.authorizedKeysLine,
                    tags: MachineTags.identifying(name, owner: owner, others: others)
                )
            )
            journal.note { $0.keyPair = .done }
        } catch {
            guard error.code == .duplicateKeyPair else { throw error }
            // Another launch of the name imported one in this moment, or this one did, and the answer
            // was lost; it must be the same.
            journal.note { $0.keyPair = .none }
            _ = try await check(name, isNewHere: finding == .unknown)
            // Nobody else has a key that was made here for this launch.
            journal.note { if $0.hasMadeKey { $0.keyPair = .done } }
        }
        return key
    }

    /// Makes the key here if there is none, and notes that it is used in this region.
    func claimKey(_ name: MachineName, owner: String, journal: LaunchJournal) async throws
        -> KeyFile
    {
        let place = KeyPlace(owner: owner, region: ec2.region)
        let claim = try await keys.claim(name, for: place)
        journal.note { entries in
            if claim.isNewKey { entries.hasMadeKey = true }
            if claim.isNewPlace { entries.keyPlace = place }
        }
        return claim.key
    }

    /// Removes the key pair at EC2 if we made it for this machine.
    /// - Returns: Whether there was one.
    package func delete(_ name: MachineName) async throws -> Bool {
        let pairs = try await ec2.describeKeyPairs(
            DescribeKeyPairs(filters: [Filter("key-name", [name.text])])
        )
        guard let pair = pairs.first, pair.tags.marks(name) else { return false }
        try await ec2.deleteKeyPair(pair.name)
        return true
    }

    private func conflict(_ name: MachineName, _ pair: KeyPair, _ reason: String) -> GeneralFailure
    {
        let ours = pair.tags.marks(name)
        return GeneralFailure(
            .conflict,
            "cannot use key pair \(name) for the machine \(name): \(reason)",
            hint: ours
                ? "copy the key from the computer that launched \(name) to \(keys.path(for: name)), "
                    + "or 'spot terminate \(name)' to have both made anew"
                : "it was not made by spot: choose another name for the machine"
        )
    }
}
