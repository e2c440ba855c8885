/// Where an instance is in its life.
package enum InstanceState: String, Sendable, Hashable, CaseIterable, Codable {
    case pending
    case running
    case shuttingDown = "shutting-down"
    case terminated
    case stopping
    case stopped
}

/// Why an instance is in its state.
package struct StateReason: Sendable, Hashable, Codable {
    /// As AWS words it: `Client.UserInitiatedShutdown`, `Server.SpotInstanceTermination`.
    package let code: String
    package let message: String

    package init(code: String, message: String) {
        self.code = code
        self.message = message
    }
}
