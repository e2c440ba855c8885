import AWSRuntime
import AWSServices
import FoundationEssentials
import SpotSupport

// Asking all spot pools at once.
extension InstanceLauncher {
    /// Asks a fleet for one machine, through launch templates that are gone again afterwards.
    ///
    /// - Parameter nonce: Changed where EC2 has answered the token with no machine.
    /// - Returns: Nil where the account's policy forbids fleets or templates.
    func askFleet(
        _ candidates: [LaunchPlan.Candidate],
        _ request: Request,
        nonce: inout String?,
        _ journal: LaunchJournal,
        report: LaunchReporter
    ) async throws -> Round? {
        report(Self.phase(candidates))
        var call = FleetRequest(
            plan: request.plan,
            candidates: candidates,
            group: request.group,
            userData: request.userData,
            token: token(request, nonce)
        )
        guard try await create(call.templates, journal) else { return nil }
        journal.note { $0.machine = .attempted(seenBy: Self.filters(request.plan)) }
        let output: CreateFleetResult
        do {
            output = try await start(&call.fleet, request, &nonce, journal)
        } catch let error as AWSError {
            await deleteTemplates(journal)
            return try await round(after: error, candidates, request, journal)
        }
        async let cleanup: Void = deleteTemplates(journal)
        let round = try await round(output, candidates, request, &nonce, journal)
        await cleanup
        return round
    }

    private static func phase(_ candidates: [LaunchPlan.Candidate]) -> LaunchPhase {
        guard let only = candidates.first, candidates.count == 1 else {
            let cheapest = candidates.compactMap(\.price).min()
            return .requestingFleet(pools: candidates.count, from: cheapest)
        }
        return .requesting(only.instanceType, only.zone, price: only.price)
    }

    private func token(_ request: Request, _ nonce: String?) -> String {
        LaunchToken.fleet(
            name: request.plan.name,
            group: request.group,
            generation: request.plan.generation,
            nonce: nonce
        )
    }

    /// What finds the machine of this launch: fleets give machines tokens of their own.
    private static func filters(_ plan: LaunchPlan) -> [Filter] {
        [
            .tag(MachineTags.Key.name, plan.name.text), .tagged(MachineTags.Key.managed),
            .tag(MachineTags.Key.generation, String(plan.generation)),
        ]
    }

    /// - Returns: False where the account's policy forbids it.
    private func create(_ templates: [CreateLaunchTemplate], _ journal: LaunchJournal) async throws
        -> Bool
    {
        for template in templates {
            journal.note { $0.templates.insert(template.name) }
            do {
                try await ec2.createLaunchTemplate(template)
            } catch {
                // One of this name has the same content: an earlier try was cut off.
                if error.code == .duplicateLaunchTemplate { continue }
                guard error.code == .unauthorizedOperation else { throw error }
                journal.note { $0.templates.remove(template.name) }
                await deleteTemplates(journal)
                return false
            }
        }
        return true
    }

    /// Deletes what is left of the launch's templates.
    ///
    /// One that cannot be deleted now costs nothing, and goes with the machine.
    func deleteTemplates(_ journal: LaunchJournal) async {
        for name in journal.entries.templates {
            do throws(AWSError) {
                try await ec2.deleteLaunchTemplate(name)
            } catch {
                guard error.code == .launchTemplateNotFound else { continue }
            }
            journal.note { $0.templates.remove(name) }
        }
    }

    /// Sends the request, again where EC2 does not know yet what was made a moment ago.
    private func start(
        _ fleet: inout CreateFleet,
        _ request: Request,
        _ nonce: inout String?,
        _ journal: LaunchJournal
    ) async throws -> CreateFleetResult {
        var lag = VisibilityLag(time)
        while true {
            do throws(AWSError) {
                let output = try await ec2.createFleet(fleet)
                let errors = output.refusals.map(\.error)
                guard output.instances.isEmpty,
                    errors.contains(where: { lag.explains($0, journal.entries) })
                else { return output }
                nonce = UUID().uuidString
                fleet.clientToken = token(request, nonce)
            } catch {
                let isTooEarly =
                    error.code == .launchTemplateNotFound && !lag.hasPassed
                    || lag.explains(error, journal.entries)
                guard isTooEarly else { throw error }
            }
            try await lag.pause()
        }
    }

    /// What a fleet's answer means.
    private func round(
        _ output: CreateFleetResult,
        _ candidates: [LaunchPlan.Candidate],
        _ request: Request,
        _ nonce: inout String?,
        _ journal: LaunchJournal
    ) async throws -> Round? {
        if let machines = output.instances.first, let id = machines.ids.first {
            journal.note { $0.machine = .accepted(id) }
            let candidate = candidates.first { machines.pool.isAbout($0) }
            // A group that this launch made makes the token new, and with that the machine.
            if journal.entries.group != .done, try await !isPresent(id) {
                journal.note { $0.machine = .none }
                return .answered(nil)
            }
            return .answered(Answer(id: id, candidate: candidate))
        }
        journal.note { $0.machine = .none }
        nonce = UUID().uuidString
        if output.refusals.contains(where: { $0.code == .unauthorizedOperation }) { return nil }
        let others = output.refusals.first { !$0.error.isAboutThisPoolOnly }
        if let others, output.refusals.allSatisfy({ !$0.error.isAboutThisPoolOnly }) {
            throw others.error
        }
        return .refused(Self.refusals(output.refusals, candidates))
    }

    /// What a refusal of the whole fleet means.
    private func round(
        after error: AWSError,
        _ candidates: [LaunchPlan.Candidate],
        _ request: Request,
        _ journal: LaunchJournal
    ) async throws -> Round? {
        if error.code == .idempotentParameterMismatch {
            let answer = try await launchedElsewhere(Self.filters(request.plan))
            journal.note { $0.machine = answer.map { .accepted($0.id) } ?? .none }
            return .answered(answer)
        }
        guard error.isDefiniteRefusal else { throw error }
        journal.note { $0.machine = .none }
        if error.code == .unauthorizedOperation { return nil }
        guard error.isAboutThisPoolOnly else { throw error }
        return .refused(candidates.map { PoolRefusal(candidate: $0, error: error) })
    }

    /// Each pool once: what EC2 said of it, or of all of them.
    private static func refusals(
        _ refusals: [FleetRefusal],
        _ candidates: [LaunchPlan.Candidate]
    ) -> [PoolRefusal] {
        let silent = FleetRefusal(
            code: .unfulfillableCapacity,
            message: "EC2 gives no reason",
            pool: FleetPool()
        )
        let said = refusals.isEmpty ? [silent] : refusals
        return candidates.compactMap { candidate in
            said.first { $0.pool.isAbout(candidate) }.map {
                PoolRefusal(candidate: candidate, error: $0.error)
            }
        }
    }
}

extension FleetPool {
    /// Whether it may be this pool, as far as EC2 says what it is about.
    fileprivate func isAbout(_ candidate: LaunchPlan.Candidate) -> Bool {
        (type ?? candidate.instanceType) == candidate.instanceType
            && (subnet ?? candidate.subnet) == candidate.subnet
    }
}
