import AWSRuntime
import AWSServices
import FoundationEssentials
import SSHKeys
import SpotProfiles
import SpotSupport

// Launching anew: a plan, a key, a group, then one pool after the other.
extension InstanceLauncher {
    /// Seconds; generous to clocks that differ, and well below the hour for which EC2 shows a
    /// terminated machine, whose generation is then known.
    private static let staleAge: Double = 600

    /// How long a machine that EC2 knows by its token may be missing from its lists.
    private static let tokenLag = Duration.seconds(10)

    /// What every candidate is asked with.
    private struct Request {
        let plan: LaunchPlan
        let group: SecurityGroupID
        let userData: UserDataDocument
        let journal: LaunchJournal
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
        let start = time.now
        while true {
            let hostKey = try records.hostKey(wish.name, generation: plan.generation, orKeep: fresh)
            let number = plan.generation
            journal.note { $0.generation = number }
            let isFresh = hostKey.publicKey == fresh.publicKey
            let userData = isFresh ? draft : try wish.document(hostKey: hostKey)
            let request = Request(plan: plan, group: group, userData: userData, journal: journal)
            let answer = try await firstAccepted(request, report: report)
            if let answer, answer.isLive(at: start) {
                journal.note { $0.hasMachine = true }
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
    }

    /// A machine that EC2 answered a token with.
    private struct Answer {
        let instance: Instance
        /// Whether another launch had made it with the same token; EC2 has shown it alive then.
        var isAdopted = false

        /// A token brings back a machine as it was at its launch, whatever has become of it.
        func isLive(at now: Date) -> Bool {
            isAdopted || instance.launchTime > now.addingTimeInterval(-InstanceLauncher.staleAge)
        }
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
                    journal: journal
                )
            }
        try await openPorts(plan.profile, group)
        return group.id
    }

    /// Tries the candidates in turn; each has a token of its own, as EC2 demands.
    /// - Returns: Nil where a token was used up by a machine that is no more.
    private func firstAccepted(_ request: Request, report: LaunchReporter) async throws -> Answer? {
        var refusals: [PoolRefusal] = []
        for candidate in request.plan.candidates {
            report(.requesting(candidate.instanceType, candidate.zone, price: candidate.price))
            do {
                return try await run(request, candidate)
            } catch let error as AWSError where error.isAboutThisPoolOnly {
                refusals.append(PoolRefusal(candidate: candidate, error: error))
                report(
                    .refused(candidate.instanceType, candidate.zone, reason: error.code.rawValue)
                )
            }
        }
        throw PoolRefusal.summary(of: refusals, name: request.plan.name)
    }

    private func run(_ request: Request, _ candidate: LaunchPlan.Candidate) async throws -> Answer?
    {
        let token = LaunchToken.token(
            name: request.plan.name,
            group: request.group,
            generation: request.plan.generation,
            candidate: candidate
        )
        let call = RunInstancesRequest.make(
            plan: request.plan,
            candidate: candidate,
            group: request.group,
            userData: request.userData,
            token: token
        )
        request.journal.note { $0.isAsking = true }
        do {
            guard let instance = try await ec2.runInstances(call).first else {
                throw GeneralFailure(
                    .broken,
                    "cannot launch \(request.plan.name): EC2 started nothing"
                )
            }
            return Answer(instance: instance)
        } catch let error as AWSError where error.code == .idempotentParameterMismatch {
            return try await launchedElsewhere(token)
        } catch let error as AWSError where error.isRefusal {
            request.journal.note { $0.isAsking = false }
            throw error
        }
    }

    /// The machine that was made with this token but other words.
    ///
    /// Another computer makes it in this moment, or a launch that was killed made it. It may take a
    /// moment to be visible.
    /// - Returns: Nil where it is no more.
    private func launchedElsewhere(_ token: String) async throws -> Answer? {
        let deadline = Deadline(in: Self.tokenLag, of: time)
        while true {
            let found = try await ec2.describeInstances(
                DescribeInstances(filters: [.clientToken(token)])
            )
            if let instance = found.first(where: \.state.isAlive) {
                return Answer(instance: instance, isAdopted: true)
            }
            guard found.isEmpty, !deadline.hasPassed else { return nil }
            try await time.sleep(for: .seconds(2))
        }
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

extension AWSError {
    /// Whether the answer says that no machine was started; a server's failure leaves that open.
    fileprivate var isRefusal: Bool {
        isAboutThisPoolOnly || (400..<500).contains(httpStatus ?? 0)
    }
}
