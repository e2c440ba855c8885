import AWSServices

/// What `launch NAME` has to do about the machines that bear the name.
package enum LaunchDecision: Equatable, Sendable {
    /// Nothing is alive: start one anew.
    case launch
    /// It is pending or running: wait for it and connect.
    case reconnect(Machine)
    /// It is stopped: start it.
    case start(Machine)
    /// It is stopping: wait for that, then start it.
    case startWhenStopped(Machine)
    /// More than one is alive, and AWS does not forbid that: a person must choose.
    case ambiguous([Machine])

    /// Decides from everything that bears the name, terminated machines included.
    ///
    /// A machine that is shutting down is as good as gone: its name is free.
    package init(machines: [Machine]) {
        let alive = machines.filter(\.state.isAlive).sorted { $0.id < $1.id }
        guard let machine = alive.first else {
            self = .launch
            return
        }
        guard alive.count == 1 else {
            self = .ambiguous(alive)
            return
        }
        switch machine.state {
        case .pending, .running: self = .reconnect(machine)
        case .stopping: self = .startWhenStopped(machine)
        case .stopped: self = .start(machine)
        case .shuttingDown, .terminated: self = .launch
        }
    }
}
