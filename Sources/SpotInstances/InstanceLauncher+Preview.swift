import AWSServices

extension InstanceLauncher {
    /// What `launch` would do.
    package enum Preview: Sendable {
        /// A new machine as planned.
        case new(LaunchPlan)
        /// The machine that is there: it would be started, or only waited for.
        case existing(Machine)
    }

    /// Decides as `launch` does, and changes nothing.
    package func preview(_ wish: LaunchWish, report: LaunchReporter) async throws -> Preview {
        report(.lookingUp)
        let groups = try await groups.owned(by: wish.name)
        let machines = try await directory.machines(named: wish.name)
        switch LaunchDecision(machines: machines) {
        case .launch:
            report(.planning)
            let generations = groups.map(\.generation) + machines.map(\.generation)
            let plan = try await planner.plan(
                wish,
                generation: (generations.max() ?? 0) + 1,
                isPreview: true
            )
            return .new(plan)
        case .reconnect(let machine), .startWhenStopped(let machine), .start(let machine):
            return .existing(machine)
        case .ambiguous(let machines):
            throw MachineDirectory.ambiguous(wish.name, machines)
        }
    }
}
