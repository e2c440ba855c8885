import AWSRuntime
import AWSServices
import FoundationEssentials
import SSHKeys
import SpotProfiles
import SpotSupport

// Launching anew: a plan, a key, a group, then one pool after the other.
extension InstanceLauncher {
    /// So many generations are tried: each may cost a machine, if all that we believe is wrong.
    private static let mostGenerations = 3

    /// What every candidate is asked with.
    struct Request {
        let plan: LaunchPlan
        let group: SecurityGroupID
        let userData: UserDataDocument
    }

    /// EC2 remembers tokens for longer than it shows terminated machines, so a generation that was
    /// used in a forgotten past brings that machine back: then the next generation is tried.
    ///
    /// - Parameter known: The groups of the name that were found before.
    func launchNew(
        _ wish: LaunchWish,
        generation: Int,
        _ known: [SecurityGroup],
        journal: LaunchJournal,
        report: LaunchReporter
    ) async throws -> Outcome {
        report(.planning)
        var plan = try await planner.plan(wish, generation: generation)
        let fresh = try PrivateKey.generateEd25519(comment: "spot:\(wish.name):first-boot")
        // Too much user data must be found before anything is created.
        let draft = try wish.document(hostKey: fresh)
        report(.preparing)
        let group = try await prepare(plan, known, journal)
        for _ in 0..<Self.mostGenerations {
            let hostKey = try records.hostKey(wish.name, generation: plan.generation, orKeep: fresh)
            let number = plan.generation
            journal.note { $0.generation = number }
            let isFresh = hostKey.publicKey == fresh.publicKey
            let userData = isFresh ? draft : try wish.document(hostKey: hostKey)
            let request = Request(plan: plan, group: group, userData: userData)
            if let answer = try await firstAccepted(request, journal, report: report) {
                // Another computer's machine has that computer's first-boot key.
                if answer.isAdopted, isFresh {
                    try records.forget(wish.name, generation: plan.generation)
                }
                let machine = try await waiter.running(answer.instance.id, report: report)
                return Outcome(machine: try await survivor(machine, plan, report), isNew: true)
            }
            try records.forget(wish.name, generation: plan.generation)
            plan.generation += 1
        }
        throw GeneralFailure(
            .conflict,
            "cannot launch \(wish.name): EC2 answers with machines that are gone, "
                + "\(Self.mostGenerations) times in a row",
            hint:
                "'spot terminate \(wish.name)' removes its group, and with that what EC2 remembers"
        )
    }

    /// Key pair and group, which know nothing of each other, at the same time.
    ///
    /// The key is here before anything is there: a key that cannot be written must cost nothing.
    private func prepare(
        _ plan: LaunchPlan,
        _ known: [SecurityGroup],
        _ journal: LaunchJournal
    ) async throws -> SecurityGroupID {
        _ = try await keyPairs.claimKey(plan.name, owner: plan.owner, journal: journal)
        async let key = keyPairs.provision(
            plan.name,
            finding: plan.keyPair,
            owner: plan.owner,
            tags: plan.profile.tags.value,
            journal: journal
        )
        let group = try await securityGroup(plan, known, journal)
        _ = try await key
        return group
    }

    /// The group of the profile, or the machine's own with its openings.
    private func securityGroup(
        _ plan: LaunchPlan,
        _ known: [SecurityGroup],
        _ journal: LaunchJournal
    ) async throws -> SecurityGroupID {
        if let id = plan.profile.securityGroup.value { return SecurityGroupID(id) }
        let group =
            if let ours = known.first(where: { $0.vpc == plan.vpc }) { ours } else {
                try await groups.createOrFind(
                    plan.name,
                    in: plan.vpc,
                    owner: plan.owner,
                    tags: plan.profile.tags.value,
                    journal: journal
                )
            }
        try await openPorts(plan.profile, group)
        return group.id
    }

    /// Two computers may still have launched in two pools: the older machine stays, and each launch
    /// removes only its own.
    private func survivor(_ ours: Machine, _ plan: LaunchPlan, _ report: LaunchReporter)
        async throws -> Machine
    {
        let alive = try await directory.machines(named: plan.name).filter(\.state.isAlive)
        let oldest = alive.min { left, right in
            (left.instance.launchTime, left.id) < (right.instance.launchTime, right.id)
        }
        guard let oldest, oldest.id != ours.id else { return ours }
        _ = try await ec2.terminateInstances([ours.id])
        // The other machine may be of the same generation, and has not our first-boot key.
        try records.forget(plan.name, generation: plan.generation)
        return try await waiter.running(oldest.id, report: report)
    }
}
