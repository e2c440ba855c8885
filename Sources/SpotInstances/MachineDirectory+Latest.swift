import AWSServices
package import SpotSupport

extension MachineDirectory {
    /// The machine of this name in whatever state it is: the living one, or else the last.
    /// - Throws: `GeneralFailure`: `notFound` where AWS shows none, `conflict` where several live.
    package func latest(named name: MachineName) async throws -> Machine {
        let all = try await machines(named: name)
        let alive = all.filter(\.state.isAlive)
        if alive.count > 1 { throw Self.ambiguous(name, alive) }
        let last = all.max { $0.instance.launchTime < $1.instance.launchTime }
        guard let machine = alive.first ?? last else { throw notFound(name) }
        return machine
    }

    func notFound(_ name: MachineName) -> GeneralFailure {
        GeneralFailure(
            .notFound,
            "cannot find a machine named \(name) in \(region)",
            hint: "'spot list' shows what there is; --region looks elsewhere"
        )
    }

    /// Why the machine of this name cannot be used any more; nil while it lives.
    package func obituary(of machine: Machine) async throws -> GeneralFailure? {
        let now = try await self.machine(machine.id)
        return Self.obituary(now)
    }

    /// Why a machine that was looked at just now cannot be used any more; nil while it lives.
    package static func obituary(_ now: Machine) -> GeneralFailure? {
        now.state.isAlive ? nil : gone(now)
    }

    static func gone(_ machine: Machine) -> GeneralFailure {
        GeneralFailure(
            machine.wasInterrupted ? .interrupted : .notFound,
            machine.wasInterrupted
                ? "cannot use \(machine.name): AWS took \(machine.id) back"
                : "cannot use \(machine.name): \(machine.id) is \(machine.state.rawValue)",
            hint: "'spot launch \(machine.name)' starts it anew"
        )
    }
}
