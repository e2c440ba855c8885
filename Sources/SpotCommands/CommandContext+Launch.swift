import AWSServices
import FoundationEssentials
import SpotInstances
import SpotProfiles
import SpotRemote
import SpotSupport
import SpotTerminal
import SystemPackage

extension LaunchWish {
    /// The port that a flag names, which a machine's own tag does not outweigh.
    var flaggedPort: Int? {
        guard case .flag = profile.sshPort.origin else { return nil }
        return profile.sshPort.value
    }
}

// What `launch` makes of its arguments, and says about them.
extension CommandContext {
    /// The wish that name, profile and flags add up to.
    func wish(_ name: MachineName, profile: String?, overrides: ProfileOverrides) throws
        -> LaunchWish
    {
        let named = try catalog.profile(named: profile ?? settings.profile.value)
        var profile = try overrides.applied(to: named)
        if overrides.sshPort == nil { profile.sshPort = try settings(with: profile).sshPort }
        guard profile.filesystem.value == nil else {
            throw GeneralFailure(
                .usage,
                "cannot mount \(profile.filesystem.value?.name ?? "") on \(name): "
                    + "this version mounts no file systems",
                hint: "leave filesystem out of the profile \(profile.name)"
            )
        }
        if let key = profile.key.value { try keys.read(FilePath(key)) }
        return LaunchWish(name: name, profile: profile, userData: try userData(of: profile))
    }

    private func userData(of profile: LaunchProfile) throws -> [UInt8] {
        switch profile.userData.value {
        case nil: return []
        case .text(let text): return Array(text.utf8)
        case .file(let path):
            guard let bytes = try PrivateFile.read(FilePath(path)) else {
                throw GeneralFailure(
                    .usage,
                    "cannot read the user data \(path): there is no such file"
                )
            }
            return bytes
        }
    }

    /// What the person should know before it costs or exposes something.
    func warn(about profile: LaunchProfile) {
        for rule in profile.firewall.value where rule.source.isEverybody {
            console.warning("\(rule) lets the whole internet in (\(profile.firewall.origin))")
        }
        if let price = profile.maxPrice.value {
            console.warning(
                "a limit of $\(price)/h makes interruptions likelier: without one AWS never charges "
                    + "more than the on-demand price"
            )
        }
        if profile.idle.value != nil {
            console.warning("idle is not acted on by this version; ttl is")
        }
    }

    /// Launches and waits until the machine is ready, one launch of a name at a time on this computer.
    ///
    /// If no machine comes of it, what was made for it is removed again.
    func launch(_ wish: LaunchWish, in cloud: Cloud, _ watch: Watch) async throws
        -> InstanceLauncher.Outcome
    {
        let launcher = launcher(cloud)
        let journal = LaunchJournal()
        undo.push {
            guard !journal.entries.isUntouched else { return }
            try await takeBack(wish.name, launcher, journal)
        }
        return try await locked(wish.name, watch) {
            if let key = wish.profile.key.value {
                // A machine that nobody can log in to is not to be paid for.
                let file = try keys.read(FilePath(key))
                _ = try await keyring.identity(of: file, at: FilePath(key))
                try keys.adopt(FilePath(key), for: wish.name, journal: journal)
            }
            let outcome = try await launcher.launch(wish, journal: journal, report: watch.launch)
            try await readiness(cloud, port: wish.flaggedPort)
                .wait(for: outcome.machine, report: watch.readiness)
            undo.clear()
            return outcome
        }
    }

    private func takeBack(
        _ name: MachineName,
        _ launcher: InstanceLauncher,
        _ journal: LaunchJournal
    ) async throws {
        let aftermath = try await limited(
            "what the launch of \(name) made to be removed",
            .seconds(60)
        ) {
            try await locked(name) { try await launcher.undo(name, journal) }
        }
        guard aftermath == .machine else { return }
        console.notice(
            "\(name) may be up and billing: 'spot launch \(name)' takes it up, "
                + "'spot terminate \(name)' removes it"
        )
    }

    private func age(of machine: Machine) -> String {
        let seconds = time.now.timeIntervalSince(machine.instance.launchTime)
        return Duration.seconds(max(0, seconds.rounded())).spoken
    }

    /// One line for the person: what is there now and how to use it.
    func announce(_ outcome: InstanceLauncher.Outcome, flags: [String]) {
        let machine = outcome.machine
        let price = machine.launchPrice.map { " at $\($0)/h" } ?? ""
        let what = "\(machine.instance.type) in \(machine.instance.zone)"
        if !outcome.isNew, !flags.isEmpty {
            console.warning(
                "\(machine.name) was there already: \(flags.joined(separator: ", ")) changed nothing of it"
            )
        }
        console.notice(
            outcome.isNew
                ? "\(machine.name) is ready: \(what)\(machine.isSpot ? price : ", on demand")"
                : "\(machine.name) is ready: \(what), launched \(age(of: machine)) ago"
        )
    }
}

/// A script of `launch` that failed; the machine is up.
struct ScriptFailed: Failure {
    let path: String
    let status: Int32

    var kind: FailureKind { .broken }
    var message: String { "the script \(path) ended with status \(status)" }
    var hint: String? { "the machine is up: 'spot run NAME \(path)' runs it again" }
}
