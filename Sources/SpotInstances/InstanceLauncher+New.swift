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

    /// What every candidate is asked with.
    private struct Request {
        let plan: LaunchPlan
        let group: SecurityGroupID
        let userData: UserDataDocument
    }

    /// EC2 remembers tokens for longer than it shows terminated machines, so a generation that was
    /// used in a forgotten past brings that machine back: then the next generation is tried.
    func launchNew(_ wish: LaunchWish, generation: Int, report: LaunchReporter) async throws
        -> Outcome
    {
        report(.planning)
        var plan = try await planner.plan(wish, generation: generation)
        let fresh = try PrivateKey.generateEd25519(comment: "spot:\(wish.name):first-boot")
        // Too much user data must be found before anything is created.
        let draft = try wish.document(hostKey: fresh)
        report(.preparing)
        let group = try await prepare(plan)
        let start = time.now
        while true {
            let hostKey = try records.hostKey(wish.name, generation: plan.generation, orKeep: fresh)
            let userData =
                hostKey.publicKey == fresh.publicKey
                ? draft : try wish.document(hostKey: hostKey)
            let request = Request(plan: plan, group: group, userData: userData)
            let instance = try await firstAccepted(request, report: report)
            if instance.launchTime > start.addingTimeInterval(-Self.staleAge) {
                let machine = try await waiter.running(instance.id, report: report)
                return Outcome(machine: try await survivor(machine, wish.name, report), isNew: true)
            }
            try records.forget(wish.name, generation: plan.generation)
            plan.generation += 1
        }
    }

    /// Key pair and group, which know nothing of each other, at the same time.
    private func prepare(_ plan: LaunchPlan) async throws -> SecurityGroupID {
        async let key = keyPairs.provision(plan.name, finding: plan.keyPair, owner: plan.owner)
        let group = try await securityGroup(plan)
        _ = try await key
        return group
    }

    /// The group of the profile, or the machine's own with its openings.
    private func securityGroup(_ plan: LaunchPlan) async throws -> SecurityGroupID {
        if let id = plan.profile.securityGroup.value { return SecurityGroupID(id) }
        let group = try await groups.findOrCreate(plan.name, in: plan.vpc, owner: plan.owner)
        try await openPorts(plan.profile, group)
        return group.id
    }

    /// Tries the candidates in turn; each has a token of its own, as EC2 demands.
    private func firstAccepted(_ request: Request, report: LaunchReporter) async throws -> Instance
    {
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

    private func run(_ request: Request, _ candidate: LaunchPlan.Candidate) async throws -> Instance
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
        do {
            guard let instance = try await ec2.runInstances(call).first else {
                throw GeneralFailure(
                    .broken,
                    "cannot launch \(request.plan.name): EC2 started nothing"
                )
            }
            return instance
        } catch let error as AWSError where error.code == .idempotentParameterMismatch {
            return try await launchedElsewhere(token, error)
        }
    }

    /// Another computer launched the same machine with this token in this moment: it is the one.
    private func launchedElsewhere(_ token: String, _ error: AWSError) async throws -> Instance {
        let found = try await ec2.describeInstances(
            DescribeInstances(filters: [.clientToken(token)])
        )
        guard let instance = found.first(where: \.state.isAlive) else { throw error }
        return instance
    }

    /// Two computers may still have launched in two pools: the older machine stays, and each launch
    /// removes only its own.
    private func survivor(_ ours: Machine, _ name: MachineName, _ report: LaunchReporter)
        async throws -> Machine
    {
        let alive = try await directory.machines(named: name).filter(\.state.isAlive)
        let oldest = alive.min { left, right in
            (left.instance.launchTime, left.id) < (right.instance.launchTime, right.id)
        }
        guard let oldest, oldest.id != ours.id else { return ours }
        _ = try await ec2.terminateInstances([ours.id])
        return try await waiter.running(oldest.id, report: report)
    }
}
