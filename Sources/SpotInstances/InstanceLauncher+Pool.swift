import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotSupport

// Asking one pool after the other for a machine.
extension InstanceLauncher {
    /// An answer that is older, in seconds, may be of a machine that is no more.
    ///
    /// Well below the hour for which EC2 shows a terminated machine, whose generation is then known.
    /// Nothing is decided on the clock alone.
    private static let staleAge: Double = 600

    /// How long a machine that EC2 knows by its token may be missing from its lists.
    private static let tokenLag = Duration.seconds(10)

    /// How long a machine that EC2 has answered with may be missing from the lists.
    private static let listLag = Duration.seconds(30)

    /// Tries the candidates in turn; each has a token of its own, as EC2 demands.
    func askEach(
        _ candidates: [LaunchPlan.Candidate],
        _ request: Request,
        _ journal: LaunchJournal,
        report: LaunchReporter
    ) async throws -> Round {
        var refusals: [PoolRefusal] = []
        for candidate in candidates {
            report(.requesting(candidate.instanceType, candidate.zone, price: candidate.price))
            do {
                return .answered(try await run(request, candidate, journal))
            } catch let error as AWSError where error.isAboutThisPoolOnly {
                refusals.append(PoolRefusal(candidate: candidate, error: error))
                report(
                    .refused(candidate.instanceType, candidate.zone, reason: error.code.rawValue)
                )
            }
        }
        return .refused(refusals)
    }

    private func run(
        _ request: Request,
        _ candidate: LaunchPlan.Candidate,
        _ journal: LaunchJournal
    ) async throws -> Answer? {
        let token = LaunchToken.token(
            name: request.plan.name,
            group: request.group,
            generation: request.plan.generation,
            candidate: candidate
        )
        let call = MachineTemplate.runInstances(
            plan: request.plan,
            candidate: candidate,
            group: request.group,
            userData: request.userData,
            token: token
        )
        journal.note { $0.machine = .attempted(seenBy: [.clientToken(token)]) }
        var answer: Answer?
        do {
            let instance = try await start(call, request.plan.name, journal)
            if try await isPresent(instance) {
                answer = Answer(id: instance.id, candidate: candidate)
            }
        } catch let error as AWSError where error.code == .idempotentParameterMismatch {
            answer = try await launchedElsewhere([.clientToken(token)])
        } catch let error as AWSError where error.isDefiniteRefusal {
            journal.note { $0.machine = .none }
            throw error
        }
        journal.note { [answer] in $0.machine = answer.map { .accepted($0.id) } ?? .none }
        return answer
    }

    /// Asks for the machine, again where EC2 does not know yet what was made a moment ago.
    private func start(_ call: RunInstances, _ name: MachineName, _ journal: LaunchJournal)
        async throws -> Instance
    {
        var lag = VisibilityLag(time)
        while true {
            do throws(AWSError) {
                guard let instance = try await ec2.runInstances(call).first else { break }
                return instance
            } catch {
                guard lag.explains(error, journal.entries) else { throw error }
            }
            try await lag.pause()
        }
        throw GeneralFailure(.broken, "cannot launch \(name): EC2 started nothing")
    }

    /// Whether the machine is there: a token brings back a machine as it was at its launch, whatever has
    /// become of it.
    private func isPresent(_ instance: Instance) async throws -> Bool {
        if isRecent(instance) { return true }
        // Old, or this computer's clock is fast: then it is new, and bills.
        return try await isPresent(instance.id)
    }

    private func isRecent(_ instance: Instance) -> Bool {
        instance.launchTime > time.now.addingTimeInterval(-Self.staleAge)
    }

    /// Whether a machine that EC2 has answered with is alive, or at least is the one that was asked for.
    func isPresent(_ id: InstanceID) async throws -> Bool {
        let deadline = Deadline(in: Self.listLag, of: time)
        while true {
            let found = try await ec2.describeInstances(
                DescribeInstances(filters: [Filter("instance-id", [id.rawValue])])
            )
            if let instance = found.first { return instance.state.isAlive || isRecent(instance) }
            guard !deadline.hasPassed else { return false }
            try await time.sleep(for: .seconds(2))
        }
    }

    /// The machine that was made with our token but other words.
    ///
    /// Another computer makes it in this moment, or a launch that was killed made it. It may take a
    /// moment to be visible.
    /// - Returns: Nil where it is no more.
    func launchedElsewhere(_ filters: [Filter]) async throws -> Answer? {
        let deadline = Deadline(in: Self.tokenLag, of: time)
        while true {
            let found = try await ec2.describeInstances(DescribeInstances(filters: filters))
            if let instance = found.first(where: \.state.isAlive) {
                return Answer(id: instance.id, candidate: nil)
            }
            guard found.isEmpty, !deadline.hasPassed else { return nil }
            try await time.sleep(for: .seconds(2))
        }
    }
}

extension AWSError {
    /// Whether no machine can have come of the request: AWS says so, and lack of capacity is such a
    /// word although its status is 500.
    var isDefiniteRefusal: Bool { isAboutThisPoolOnly || !mayHaveTakenEffect }
}
