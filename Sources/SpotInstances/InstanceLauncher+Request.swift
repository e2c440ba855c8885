import AWSServices
import FoundationEssentials
import SpotSupport

// Asking the pools of a plan for a machine, again while patience lasts.
extension InstanceLauncher {
    /// What every pool is asked with.
    struct Request {
        let plan: LaunchPlan
        let group: SecurityGroupID
        let userData: UserDataDocument
        /// Until when pools without capacity are asked again; nil for one round only.
        let patience: Deadline?
    }

    /// A machine that EC2 answered with.
    struct Answer {
        let id: InstanceID
        /// Nil where another launch had made it.
        let candidate: LaunchPlan.Candidate?
    }

    /// How a round ended.
    enum Round {
        /// Nil where a token was used up by a machine that is no more.
        case answered(Answer?)
        case refused([PoolRefusal])
    }

    /// Pauses between rounds: capacity comes back in minutes, and each round counts against the limits
    /// of the account.
    private static let betweenRounds = Backoff(first: .seconds(5), ceiling: .seconds(60))

    /// Asks for spot capacity in all pools at once, then for on-demand capacity one pool after the other,
    /// as far as the plan allows.
    ///
    /// With patience, on-demand capacity is what is left when it ends.
    /// - Returns: Nil where a token was used up by a machine that is no more.
    func accepted(_ request: Request, _ journal: LaunchJournal, report: LaunchReporter) async throws
        -> Answer?
    {
        let spot = request.plan.candidates.filter { $0.market == .spot }
        let onDemand = request.plan.candidates.filter { $0.market == .onDemand }
        var fleets = FleetUse(isAllowed: !spot.isEmpty)
        for round in 1... {
            let isLast = request.patience?.hasPassed ?? true
            var refusals: [PoolRefusal] = []
            if !spot.isEmpty {
                switch try await ask(spot, request, &fleets, journal, report: report) {
                case .answered(let answer): return answer
                case .refused(let pools): refusals += pools
                }
            }
            if isLast, fleets.isAllowed, !onDemand.isEmpty {
                report(.refusedByAll(reasons: PoolRefusal.list(of: refusals)))
            }
            if spot.isEmpty || isLast {
                switch try await askEach(onDemand, request, journal, report: report) {
                case .answered(let answer): return answer
                case .refused(let pools): refusals += pools
                }
            }
            guard let patience = request.patience, !isLast, refusals.contains(where: \.mayPass)
            else { throw PoolRefusal.summary(of: refusals, name: request.plan.name) }
            report(.outOfCapacity(patience.remaining))
            let pause = Self.betweenRounds.pause(beforeAttempt: round)
            try await time.sleep(for: min(pause, patience.remaining))
        }
        return nil
    }

    /// Whether fleets may be used, and how often one was answered without a machine.
    struct FleetUse {
        var isAllowed: Bool
        var nonce: String?
    }

    /// All spot pools at once, or in turn where the account's policy forbids fleets.
    private func ask(
        _ candidates: [LaunchPlan.Candidate],
        _ request: Request,
        _ fleets: inout FleetUse,
        _ journal: LaunchJournal,
        report: LaunchReporter
    ) async throws -> Round {
        if fleets.isAllowed {
            let round = try await askFleet(
                candidates,
                request,
                nonce: &fleets.nonce,
                journal,
                report: report
            )
            if let round { return round }
            fleets.isAllowed = false
        }
        return try await askEach(candidates, request, journal, report: report)
    }
}
