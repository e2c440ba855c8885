package import AWSServices
package import SSHKeys

/// Writes down, in tags, what only shows after the launch.
package struct MachineMarker: Sendable {
    private let ec2: any EC2Client

    package init(ec2: any EC2Client) {
        self.ec2 = ec2
    }

    /// Publishes the machine's own host key, and on its group the generation.
    ///
    /// The group outlives the instance, which EC2 forgets an hour after its end; a group that is not
    /// the machine's own is left alone. Called when the machine is visible to everyone, never before: a
    /// launch that reads the new generation must also see the machine.
    package func mark(_ machine: Machine, hostKey: PublicKey) async throws {
        let groupName = (try? MachineName(machine.name)).map(SecurityGroupProvisioner.groupName)
        let groups = machine.instance.groups.filter { $0.name == groupName }.map(\.id.rawValue)
        let words = hostKey.authorizedKeysLine.split(separator: " ").prefix(2)
        var tags = [
            MachineTags.Key.hostKey: words.joined(separator: " "),
            MachineTags.Key.generation: String(machine.generation),
        ]
        // A fleet chooses the pool: its price is known only now.
        tags[MachineTags.Key.price] = machine.launchPrice
        try await ec2.createTags(CreateTags(on: [machine.id.rawValue] + groups, tags))
    }
}
