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
        let patience = wish.capacityTimeout.map { Deadline(in: $0, of: time) }
        var forgotten = 0
        var deaths: [PoolRefusal] = []
        while forgotten < Self.mostGenerations {
            guard !plan.candidates.isEmpty else {
                throw PoolRefusal.summary(of: deaths, name: plan.name)
            }
            let hostKey = try records.hostKey(wish.name, generation: plan.generation, orKeep: fresh)
            let number = plan.generation
            journal.note { $0.generation = number }
            let isFresh = hostKey.publicKey == fresh.publicKey
            let userData = isFresh ? draft : try wish.document(hostKey: hostKey)
            let request = Request(
                plan: plan,
                group: group,
                userData: userData,
                patience: patience
            )
            if let answer = try await accepted(request, journal, report: report) {
                // Another computer's machine has that computer's first-boot key.
                if answer.candidate == nil, isFresh {
                    try records.forget(wish.name, generation: plan.generation)
                }
                do {
                    return try await outcome(answer, plan, report)
                } catch let death as MachineDeath where death.isLackOfCapacity {
                    deaths += Self.bury(death, &plan, journal, report)
                }
            } else {
                forgotten += 1
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

    /// The machine once it runs, or an older one of the name.
    private func outcome(_ answer: Answer, _ plan: LaunchPlan, _ report: LaunchReporter)
        async throws -> Outcome
    {
        let machines = try await waiter.running(answer.id, named: plan.name, report: report)
        guard let ours = machines.first(where: { $0.id == answer.id }) else {
            throw GeneralFailure(.notFound, "cannot find instance \(answer.id)")
        }
        var machine = try await survivor(ours, among: machines, plan, report)
        if machine.id == ours.id, let price = answer.candidate?.price {
            machine.launchPrice = "\(price)"
        }
        return Outcome(machine: machine, isNew: true)
    }

    /// Takes the pool of a machine that died at birth out of the plan.
    private static func bury(
        _ death: MachineDeath,
        _ plan: inout LaunchPlan,
        _ journal: LaunchJournal,
        _ report: LaunchReporter
    ) -> [PoolRefusal] {
        let instance = death.machine.instance
        let isItsPool = { (pool: LaunchPlan.Candidate) in
            pool.instanceType == instance.type && pool.zone == instance.zone
                && (pool.market == .spot) == instance.isSpot
        }
        let pools = plan.candidates.filter(isItsPool)
        plan.candidates.removeAll(where: isItsPool)
        journal.note { $0.hasDeadMachine = true }
        report(.refused(instance.type, instance.zone, reason: death.refusal.code.rawValue))
        return pools.map { PoolRefusal(candidate: $0, error: death.refusal) }
    }

    /// Key pair and group, which know nothing of each other, at the same time.
    ///
    /// The key is here before anything is there: a key that cannot be written must cost nothing. Where
    /// nobody knows yet whether EC2 has a key pair of the name, that is found out before the rest.
    private func prepare(
        _ plan: LaunchPlan,
        _ known: [SecurityGroup],
        _ journal: LaunchJournal
    ) async throws -> SecurityGroupID {
        _ = try await keyPairs.claimKey(plan.name, owner: plan.owner, journal: journal)
        guard plan.keyPair != .unknown else {
            try await importKeyPair(plan, journal)
            return try await securityGroup(plan, known, journal)
        }
        async let keyPair: Void = importKeyPair(plan, journal)
        let group = try await securityGroup(plan, known, journal)
        try await keyPair
        return group
    }

    private func importKeyPair(_ plan: LaunchPlan, _ journal: LaunchJournal) async throws {
        _ = try await keyPairs.provision(
            plan.name,
            finding: plan.keyPair,
            owner: plan.owner,
            tags: plan.profile.tags.value,
            journal: journal
        )
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
    private func survivor(
        _ ours: Machine,
        among machines: [Machine],
        _ plan: LaunchPlan,
        _ report: LaunchReporter
    ) async throws -> Machine {
        let oldest = machines.filter(\.state.isAlive).min { left, right in
            (left.instance.launchTime, left.id) < (right.instance.launchTime, right.id)
        }
        guard let oldest, oldest.id != ours.id else { return ours }
        _ = try await ec2.terminateInstances([ours.id])
        // The other machine may be of the same generation, and has not our first-boot key.
        try records.forget(plan.name, generation: plan.generation)
        return try await waiter.running(oldest.id, report: report)
    }
}
