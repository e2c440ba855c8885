import AWSServices

// Letting the caller in again, from another place than before.
extension InstanceLauncher {
    /// Opens what this caller had opened on the machine, and its SSH port, for the address of today, and
    /// closes it for older ones; a group that is not the machine's own is left alone.
    package func admitCaller(to machine: Machine) async throws {
        guard let name = try? MachineName(machine.name) else { return }
        let attached = Set(machine.instance.groups.map(\.id))
        let own = try await groups.owned(by: name).filter { attached.contains($0.id) }
        guard !own.isEmpty else { return }
        let address = try await caller.address()
        for group in own {
            let wanted = IngressRules.moved(
                group.ingress.flatMap(IngressRule.rules(of:)),
                of: caller.description,
                to: address,
                sshPort: machine.port ?? 22
            )
            try await groups.apply(wanted, to: group, caller: caller.description)
        }
    }
}
