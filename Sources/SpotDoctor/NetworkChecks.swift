import AWSRuntime
import AWSServices
package import HTTPTransport
package import SpotInstances
import SpotProfiles
import SpotSupport

/// Looks at the way between this computer and a machine.
package struct NetworkChecks: Sendable {
    /// Longer than any handshake over a satellite.
    private static let patience = Duration.seconds(5)

    private let account: Account
    private let name: MachineName?
    private let port: Int?
    private let addressQuestion: String
    private let http: any HTTPTransport

    /// - Parameters:
    ///   - name: The machine that is tried; nil for any that runs.
    ///   - port: Of its SSH server, where something else than its tag says so.
    ///   - addressQuestion: The URL that answers with this computer's address.
    package init(
        _ account: Account,
        name: MachineName?,
        port: Int?,
        addressQuestion: String,
        http: any HTTPTransport
    ) {
        self.account = account
        self.name = name
        self.port = port
        self.addressQuestion = addressQuestion
        self.http = http
    }

    /// Needs no credentials.
    package var address: Check { Check("address") { try await callerAddress() } }

    package var checks: [Check] {
        [
            Check("network") { try await network() },
            Check("route") { try await route() },
            Check("ssh port") { try await reachability() },
        ]
    }

    private func callerAddress() async throws -> Verdict {
        let address = try await CallerAddress.ask(addressQuestion, over: http)
        guard address.isIPv6 else { return .ok("this computer is \(address) on the internet") }
        return .warning(
            "this computer is \(address) on the internet, and machines have IPv4 addresses",
            remedy: "set SPOT_CHECKIP_URL to a service that answers with your IPv4 address"
        )
    }

    private func network() async throws -> Verdict {
        let subnets = try await account.subnets()
        guard let vpc = subnets.first?.vpc else {
            return .problem(
                .conflict,
                account.profile.subnet.value.map { "there is no subnet \($0) in \(account.region)" }
                    ?? "\(account.region) has no default VPC with subnets",
                remedy: "aws ec2 create-default-vpc --region \(account.region), or give --subnet"
            )
        }
        let zones = Set(subnets.map(\.zone))
        let text = "\(vpc), subnets in \(zones.sorted().map(\.rawValue).joined(separator: ", "))"
        guard account.profile.subnet.value == nil else { return .ok(text) }
        let query = DescribeAvailabilityZones(filters: [
            Filter("zone-type", ["availability-zone"]), Filter("state", ["available"]),
        ])
        let missing = ((try? await account.ec2.describeAvailabilityZones(query)) ?? [])
            .map(\.name).filter { !zones.contains($0) }.sorted()
        guard let first = missing.first else { return .ok("default \(text)") }
        return .warning(
            "default \(text); none in \(missing.map(\.rawValue).joined(separator: ", ")), "
                + "whose capacity is out of reach",
            remedy: "aws ec2 create-default-subnet --availability-zone \(first)"
        )
    }

    private func route() async throws -> Verdict {
        let subnets = try await account.subnets()
        guard let vpc = subnets.first?.vpc else { return .skipped("there is no network") }
        let tables = try await account.ec2.describeRouteTables(
            DescribeRouteTables(filters: [Filter("vpc-id", [vpc.rawValue])])
        )
        let closed = subnets.filter { subnet in
            let own = tables.first { $0.subnets.contains(subnet.id) }
            let table = own ?? tables.first(where: \.isMain)
            return table?.routes.contains(where: \.leadsToInternet) != true
        }
        guard let first = closed.first else { return .ok("every subnet leads to the internet") }
        let isClosed = closed.count == subnets.count
        let names =
            isClosed ? "any of the subnets" : closed.map(\.id.rawValue).joined(separator: ", ")
        let remedy =
            "give \(first.vpc) a route for 0.0.0.0/0 to an internet gateway (aws ec2 create-route), "
            + "or name a subnet that has one with --subnet"
        let text = "no route to the internet from \(names), so machines there are out of reach"
        return isClosed
            ? .problem(.conflict, text, remedy: remedy) : .warning(text, remedy: remedy)
    }

    /// Only machines of ours are ever tried.
    private func reachability() async throws -> Verdict {
        let machine: Machine
        if let name {
            machine = try await account.directory.machine(named: name)
        } else {
            let running = try await account.directory.machines().first {
                $0.state == .running && $0.address != nil
            }
            guard let running else {
                return .skipped("no machine of yours runs that could be tried")
            }
            machine = running
        }
        guard machine.state == .running, let address = machine.address else {
            return .warning(
                "\(machine.name) is \(machine.state.rawValue) and has no address",
                remedy: "spot launch \(machine.name)"
            )
        }
        let port = port ?? machine.port ?? 22
        let probe = PortProbe(address: address, port: port)
        switch await probe.answer(within: Self.patience, time: account.time) {
        case .ssh: return .ok("\(machine.name) answers at \(address) port \(port)")
        case .other(let what):
            return .problem(
                .transport,
                "\(machine.name) (\(address) port \(port)) does not answer as SSH does: \(what)",
                remedy: "'spot launch \(machine.name)' lets this computer's address in; a firewall "
                    + "on the way may forbid port \(port)"
            )
        }
    }
}
