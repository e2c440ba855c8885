import AWSRuntime
package import AWSServices
import SpotSupport

/// Stops and starts machines that exist.
package struct InstancePower: Sendable {
    private let ec2: any EC2Client
    private let directory: MachineDirectory
    private let waiter: InstanceWaiter

    package init(ec2: any EC2Client, directory: MachineDirectory, waiter: InstanceWaiter) {
        self.ec2 = ec2
        self.directory = directory
        self.waiter = waiter
    }

    /// Stops the machine and waits; one that is stopped already stays as it is.
    /// - Throws: `GeneralFailure` of kind `conflict` for a one-time spot machine, which AWS cannot stop.
    package func stop(_ name: MachineName, report: LaunchReporter) async throws -> Machine {
        let machine = try await directory.machine(named: name)
        if machine.state == .stopped { return machine }
        if machine.state != .stopping {
            do {
                _ = try await ec2.stopInstances([machine.id], hibernating: false)
            } catch {
                guard error.code == .unsupportedOperation else { throw error }
                throw GeneralFailure(
                    .conflict,
                    "cannot stop \(name): AWS stops no one-time spot machine",
                    hint: "'spot terminate \(name)' ends it; a machine launched with "
                        + "--market on-demand can be stopped",
                    cause: error
                )
            }
        }
        return try await waiter.stopped(machine.id, report: report)
    }

    /// Starts the machine and waits until it runs; one that runs stays as it is.
    package func start(_ name: MachineName, report: LaunchReporter) async throws -> Machine {
        var machine = try await directory.machine(named: name)
        if machine.state == .stopping {
            machine = try await waiter.stopped(machine.id, report: report)
        }
        if machine.state == .stopped {
            report(.starting(machine))
            _ = try await ec2.startInstances([machine.id])
        }
        return try await waiter.running(machine.id, report: report)
    }
}
