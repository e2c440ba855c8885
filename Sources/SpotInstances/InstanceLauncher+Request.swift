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

    /// How long a machine that seems old, by a clock that may be wrong, may be missing from the lists.
    private static let ageLag = Duration.seconds(30)

    /// How long an instance profile that was made a moment ago may be unknown; a name that is wrong is
    /// told as late as that.
    private static let profileLag = Duration.seconds(20)

    /// A machine that EC2 answered a token with.
    struct Answer {
        let instance: Instance
        /// Whether another launch had made it with the same token; EC2 has shown it alive then.
        var isAdopted = false
    }

    /// Tries the candidates in turn; each has a token of its own, as EC2 demands.
    /// - Returns: Nil where a token was used up by a machine that is no more.
    func firstAccepted(
        _ request: Request,
        _ journal: LaunchJournal,
        report: LaunchReporter
    ) async throws -> Answer? {
        var refusals: [PoolRefusal] = []
        for candidate in request.plan.candidates {
            report(.requesting(candidate.instanceType, candidate.zone, price: candidate.price))
            do {
                return try await run(request, candidate, journal)
            } catch let error as AWSError where error.isAboutThisPoolOnly {
                refusals.append(PoolRefusal(candidate: candidate, error: error))
                report(
                    .refused(candidate.instanceType, candidate.zone, reason: error.code.rawValue)
                )
            }
        }
        throw PoolRefusal.summary(of: refusals, name: request.plan.name)
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
        let call = RunInstancesRequest.make(
            plan: request.plan,
            candidate: candidate,
            group: request.group,
            userData: request.userData,
            token: token
        )
        journal.note { $0.machine = .attempted(token: token) }
        let answer: Answer?
        do {
            let instance = try await start(call, request.plan.name, journal)
            answer = try await isPresent(instance) ? Answer(instance: instance) : nil
        } catch let error as AWSError where error.code == .idempotentParameterMismatch {
            answer = try await launchedElsewhere(token)
        } catch let error as AWSError where error.isDefiniteRefusal {
            journal.note { $0.machine = .none }
            throw error
        }
        journal.note { $0.machine = answer.map { .accepted($0.instance.id) } ?? .none }
        return answer
    }

    /// Asks for the machine, again where EC2 does not know yet what was made a moment ago.
    private func start(_ call: RunInstances, _ name: MachineName, _ journal: LaunchJournal)
        async throws -> Instance
    {
        let waiter = Waiter(
            for: "EC2 to know what \(name) needs",
            limit: Visibility.lag,
            backoff: Backoff(first: .seconds(1), ceiling: .seconds(10)),
            time: time
        )
        let profileDeadline = Deadline(in: Self.profileLag, of: time)
        return try await waiter.value { deadline in
            do {
                guard let instance = try await ec2.runInstances(call).first else {
                    throw GeneralFailure(.broken, "cannot launch \(name): EC2 started nothing")
                }
                return instance
            } catch let error as AWSError {
                let isTooEarly =
                    error.isUnknownInstanceProfile
                    ? !profileDeadline.hasPassed
                    : error.isUnknown(among: journal.entries) && !deadline.hasPassed
                guard isTooEarly else { throw error }
                return nil
            }
        }
    }

    /// Whether the machine is there: a token brings back a machine as it was at its launch, whatever has
    /// become of it.
    private func isPresent(_ instance: Instance) async throws -> Bool {
        if instance.launchTime > time.now.addingTimeInterval(-Self.staleAge) { return true }
        // Old, or this computer's clock is fast: then it is new, and bills.
        let deadline = Deadline(in: Self.ageLag, of: time)
        while true {
            let found = try await ec2.describeInstances(
                DescribeInstances(filters: [Filter("instance-id", [instance.id.rawValue])])
            )
            if let state = found.first?.state { return state.isAlive }
            guard !deadline.hasPassed else { return false }
            try await time.sleep(for: .seconds(2))
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
}

extension AWSError {
    /// Whether no machine can have come of the request: AWS says so, and lack of capacity is such a
    /// word although its status is 500.
    var isDefiniteRefusal: Bool { isAboutThisPoolOnly || !mayHaveTakenEffect }

    /// Whether EC2 does not know yet what this launch has made.
    fileprivate func isUnknown(among made: LaunchJournal.Entries) -> Bool {
        switch code {
        case .groupNotFound: made.group == .done
        case .keyPairNotFound: made.keyPair == .done
        default: false
        }
    }

    /// AWS has no code of its own for a profile that is new, nor for one that does not exist: its words
    /// are all there is (EC2 user guide, "IAM roles for Amazon EC2").
    fileprivate var isUnknownInstanceProfile: Bool {
        code == .invalidParameterValue && detail.contains("Invalid IAM Instance Profile name")
    }
}
